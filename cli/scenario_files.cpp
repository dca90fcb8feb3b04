#include "cli/scenario_files.hpp"

#include "cli/messages.hpp"
#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::cli {

namespace {

bool refuse_sums_by_mpi(const LoadedScenario& loaded) {
  Faults faults;
  for (const models::Setup& setup : loaded.scenario.runs)
    if (models::sums_by_mpi(setup))
      faults.push_back({setup.pointer + "/allreduce",
                        "\"mpi\" is MPI_Allreduce itself, which chooses its own algorithm: only "
                        "`lockstep execute --transport mpi` can call it"});
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
