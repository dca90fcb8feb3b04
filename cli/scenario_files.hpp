// The scenarios that a command line names, read and checked before anything runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

struct LoadedScenario {
  std::string file;  // as it was typed
  scenarios::Scenario scenario;

  [[nodiscard]] bool is_traffic() const { return scenario.runs.empty(); }
};

// The scenario of one file; its faults or its warnings go to stderr.
[[nodiscard]] std::optional<LoadedScenario> load_scenario_file(
    const std::string& file, const CommandLine& line,
    scenarios::DataUse data = scenarios::DataUse::unread,
    scenarios::SweepUse sweep = scenarios::SweepUse::refused);

// Whether algorithms may call MPI_Allreduce: only one way to run them has it.
enum class SumsByMpi : std::uint8_t { refused, allowed };

// All of the line's operands, or nothing when one of them is bad, after the faults of all.
[[nodiscard]] std::optional<std::vector<LoadedScenario>> load_scenario_files(
    const CommandLine& line, scenarios::DataUse data = scenarios::DataUse::unread,
    SumsByMpi sums_by_mpi = SumsByMpi::refused);

}  // namespace lockstep::cli
