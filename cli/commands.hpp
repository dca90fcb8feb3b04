// The table of commands: one small file each, one line each in commands.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/runs.hpp"

namespace lockstep::cli {

using Arguments = std::span<const std::string>;

struct Command {
  std::string_view name;                                      // "run"
  std::string_view operands;                                  // "SCENARIO..."
  std::string_view summary;                                   // one line
  ExitCode (*run)(const Command& self, Arguments arguments);  // arguments: those after the name
};

[[nodiscard]] std::span<const Command> commands();

ExitCode run_command(const Command& self, Arguments arguments);
ExitCode cost_command(const Command& self, Arguments arguments);
ExitCode train_command(const Command& self, Arguments arguments);
ExitCode execute_command(const Command& self, Arguments arguments);
ExitCode sweep_command(const Command& self, Arguments arguments);
ExitCode plan_command(const Command& self, Arguments arguments);
ExitCode calibrate_command(const Command& self, Arguments arguments);
ExitCode check_command(const Command& self, Arguments arguments);
ExitCode validate_command(const Command& self, Arguments arguments);
ExitCode schema_command(const Command& self, Arguments arguments);
ExitCode list_command(const Command& self, Arguments arguments);
ExitCode explain_command(const Command& self, Arguments arguments);

}  // namespace lockstep::cli
