#include "playground/commands.hpp"

#include <array>

namespace lockstep::playground {

namespace {

constexpr std::array table = {
    Command{"run", run_command},
    Command{"train", train_command},
    Command{"cost", cost_command},
    Command{"figures run", figures_run_command},
    Command{"page run", page_run_command},
    Command{"page train", page_train_command},
    Command{"page cost", page_cost_command},
    Command{"validate", validate_command},
    Command{"schema", schema_command},
    Command{"list", list_command},
};

}  // namespace

std::span<const Command> commands() { return table; }

}  // namespace lockstep::playground
