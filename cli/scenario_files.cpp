#include "cli/scenario_files.hpp"

#include "cli/messages.hpp"
#include "runs/sums_by_mpi.hpp"

namespace lockstep::cli {

namespace {

bool refuse_sums_by_mpi(const LoadedScenario& loaded) {
  const Faults faults = faults_of_sums_by_mpi(loaded.scenario);
  complain_of(loaded.file, faults);
  return !faults.empty();
}

}  // namespace

std::optional<LoadedScenario> load_scenario_file(const std::string& file, const CommandLine& line,
                                                 scenarios::DataUse data, scenarios::SweepUse sweep,
                                                 scenarios::FailureUse failures) {
  scenarios::LoadOptions options = line.load_options();
  options.data = data;
  options.sweep = sweep;
  if (sweep == scenarios::SweepUse::checked) options.plan = scenarios::PlanUse::checked;
  options.failures = failures;
  Result<scenarios::Scenario> loaded = scenarios::load_scenario(file, options);
  if (!loaded) {
    complain_of(file, loaded.faults());
    return std::nullopt;
  }
  if (!line.quiet()) warn_of(file, loaded->warnings);
  return LoadedScenario{file, std::move(*loaded)};
}

bool numbers_fit(const std::string& file, const std::vector<models::Setup>& computed,
                 int ranks_here) {
  const Faults faults = too_many_numbers(computed, ranks_here);
  complain_of(file, faults);
  return faults.empty();
}

std::optional<std::vector<LoadedScenario>> load_scenario_files(const CommandLine& line,
                                                               scenarios::DataUse data,
                                                               scenarios::FailureUse failures,
                                                               SumsByMpi sums_by_mpi) {
  std::vector<LoadedScenario> all;
  for (const std::string& file : line.operands()) {
    auto loaded = load_scenario_file(file, line, data, scenarios::SweepUse::refused, failures);
    if (!loaded) continue;
    if (sums_by_mpi == SumsByMpi::refused && refuse_sums_by_mpi(*loaded)) continue;
    all.push_back(std::move(*loaded));
  }
  if (all.size() < line.operands().size()) return std::nullopt;
  return all;
}

}  // namespace lockstep::cli
