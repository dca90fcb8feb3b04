// train, page train: simulates every algorithm of the scenario, with real numbers.
#include <optional>
#include <utility>

#include "playground/reports.hpp"
#include "playground/streams.hpp"
#include "runs/computed_runs.hpp"
#include "runs/observations.hpp"
#include "runs/train_run.hpp"

namespace lockstep::playground {

namespace {

void tell(const runs::TrainEnd& end, const std::string& name) {
  complain_of(name, end.faults);
  for (const std::string& line : end.waiting) complain(line);
}

void train_setups(Finished& finished, const std::vector<models::Setup>& computed,
                  const std::string& name, For what) {
  const scenarios::Scenario& scenario = *finished.report.scenario;
  runs::TrainRun how;
  how.scenario = &scenario;
  how.path_use = what == For::page ? runs::PathUse::on_page : runs::PathUse::in_trace;
  const std::size_t count = scenario.runs.size();
  for (std::size_t i = 0; i < count; ++i) {
    const models::Setup& setup = scenario.runs[i];
    std::optional<models::Recording> recording;
    std::optional<models::Causes> causes;
    if (what == For::page) {
      recording = runs::recording_of(setup, count);
      causes = runs::causes_of(count);
    }
    runs::TrainEnd end = how.train(setup, computed[i], std::move(recording), std::move(causes));
    tell(end, name);
    if (end.run) finished.report.runs.push_back(std::move(*end.run));
    if (end.code != ExitCode::done) finished.code = end.code;
    if (end.code == ExitCode::bad_input) return;
  }
}

Finished finish(const scenarios::Scenario& scenario, const std::string& name, For what) {
  Finished finished;
  finished.report.scenario = &scenario;
  const auto computed = runs::computed_runs(scenario);
  if (!computed) {
    complain_of(name, computed.faults());
    finished.code = ExitCode::bad_input;
    return finished;
  }
  if (const Faults faults = runs::too_many_numbers(*computed, runs::all_ranks); !faults.empty()) {
    complain_of(name, faults);
    finished.code = ExitCode::unfinished;
    return finished;
  }
  train_setups(finished, *computed, name, what);
  return finished;
}

constexpr Reporting reporting = {.data = scenarios::DataUse::required,
                                 .failures = scenarios::FailureUse::trained,
                                 .finish = finish};

}  // namespace

ExitCode train_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::report);
}

ExitCode page_train_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::page);
}

}  // namespace lockstep::playground
