// The commands of the module that a page runs: one small file each, one line each in commands.cpp.
// Each reads a scenario, if any, from standard input.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runs/exit_code.hpp"

namespace lockstep::playground {

using runs::ExitCode;

struct Command {
  std::string_view name;
  ExitCode (*run)(const std::string& scenario_name);  // as messages and reports call the scenario
};

[[nodiscard]] std::span<const Command> commands();

// They print the report as `lockstep run SCENARIO -o -` and so on does.
ExitCode run_command(const std::string& scenario_name);
ExitCode train_command(const std::string& scenario_name);
ExitCode cost_command(const std::string& scenario_name);
// They print the data of the page that `--html` writes.
ExitCode figures_run_command(const std::string& scenario_name);  // without timelines
ExitCode page_run_command(const std::string& scenario_name);
ExitCode page_train_command(const std::string& scenario_name);
ExitCode page_cost_command(const std::string& scenario_name);

ExitCode validate_command(const std::string& scenario_name);
ExitCode schema_command(const std::string& scenario_name);
ExitCode list_command(const std::string& scenario_name);

}  // namespace lockstep::playground
