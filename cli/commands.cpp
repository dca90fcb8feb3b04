#include "cli/commands.hpp"

#include <array>

namespace lockstep::cli {

namespace {

constexpr std::array table = {
    Command{"run", "SCENARIO...", "simulate, and compare with the closed forms", run_command},
    Command{"cost", "SCENARIO...", "the closed forms alone, without simulation", cost_command},
    Command{"train", "SCENARIO...", "simulate with real numerics: loss against simulated time",
            train_command},
    Command{"execute", "SCENARIO...", "train for real on this machine, on the wall clock",
            execute_command},
    Command{"check", "SCENARIO...", "closed form, simulation and real execution side by side",
            check_command},
    Command{"sweep", "SCENARIO", "every point of a scenario's sweep, a line of results for each",
            sweep_command},
    Command{"plan", "SCENARIO", "which kinds and options are best, in time and memory",
            plan_command},
    Command{"calibrate", "", "measure this machine", calibrate_command},
    Command{"validate", "SCENARIO...", "check scenarios without running them", validate_command},
    Command{"schema", "", "the JSON Schema of a scenario, or of a report", schema_command},
    Command{"list", "WHAT", "algorithms topologies collectives devices links", list_command},
    Command{"explain", "NAME [SCENARIO]", "an algorithm, a way to sum, a topology or a term",
            explain_command},
};

}  // namespace

std::span<const Command> commands() { return table; }

}  // namespace lockstep::cli
