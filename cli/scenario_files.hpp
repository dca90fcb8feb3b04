// The scenarios that a command line names, read and checked before anything runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "runs/limits.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

struct LoadedScenario {
  std::string file;  // as it was typed
  scenarios::Scenario scenario;

  [[nodiscard]] bool is_traffic() const { return scenario.runs.empty(); }
};

// Loads the scenario of one file; its faults or its warnings go to stderr. A plan is checked where
// a sweep is, and refused elsewhere.
[[nodiscard]] std::optional<LoadedScenario> load_scenario_file(
    const std::string& file, const CommandLine& line,
    scenarios::DataUse data = scenarios::DataUse::unread,
    scenarios::SweepUse sweep = scenarios::SweepUse::refused,
    scenarios::FailureUse failures = scenarios::FailureUse::simulated);

// Whether the numbers of the runs `computed`, one run at a time, fit into memory with `ranks_here`
// of their ranks in this process; complains if not.
[[nodiscard]] bool numbers_fit(const std::string& file, const std::vector<models::Setup>& computed,
                               int ranks_here);

// Whether algorithms may call MPI_Allreduce, which only one way of running them can do.
enum class SumsByMpi : std::uint8_t { refused, allowed };

// Loads all of the line's operands. Returns nothing if one of them is bad, after reporting the
// faults of all.
[[nodiscard]] std::optional<std::vector<LoadedScenario>> load_scenario_files(
    const CommandLine& line, scenarios::DataUse data = scenarios::DataUse::unread,
    scenarios::FailureUse failures = scenarios::FailureUse::simulated,
    SumsByMpi sums_by_mpi = SumsByMpi::refused);

}  // namespace lockstep::cli
