#include "cli/execute_on_mpi.hpp"

#include <optional>

#include "cli/execution.hpp"
#include "cli/mpi_process.hpp"
#include "runs/available_memory.hpp"

namespace lockstep::cli {

namespace {

bool fit(const std::vector<LoadedScenario>& all, const MpiProcess& process) {
  bool all_fit = true;
  for (const LoadedScenario& loaded : all)
    for (const models::Setup& setup : loaded.scenario.runs)
      all_fit = process.fits(loaded.file, setup) && all_fit;
  return all_fit;
}

std::string text_of(const std::vector<LoadedScenario>& all) {
  std::string text;
  for (const LoadedScenario& loaded : all) text += loaded.scenario.resolved.dump();
  return text;
}

ExitCode execute_in(const MpiProcess& process, const CommandLine& line) {
  std::optional<Execution> execution;
  std::optional<std::vector<LoadedScenario>> all;
  const ExitCode prepared = process.agreed([&] {
    const auto executor = [&](const models::Problem& problem) { return process.execute(problem); };
    execution.emplace(line, executor, Role{.speaks = process.speaks(), .can_end_at_once = true});
    all = load_computed(line, SumsByMpi::allowed);
    if (!all || !fit(*all, process)) return ExitCode::bad_input;
    for (const LoadedScenario& one : *all)
      if (!numbers_fit(one.file, one.scenario.runs, 1)) return ExitCode::unfinished;
    return !process.speaks() || execution->ready(*all) ? ExitCode::done : ExitCode::unfinished;
  });
  if (prepared != ExitCode::done) return prepared;
  if (!process.same_everywhere(text_of(*all))) return ExitCode::bad_input;
  return execution->run(*all);
}

}  // namespace

ExitCode execute_on_mpi(const CommandLine& line) {
  return in_mpi_job([&](const MpiProcess& process) { return execute_in(process, line); });
}

}  // namespace lockstep::cli
