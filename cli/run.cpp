// lockstep run: simulates every algorithm of every scenario, beside its closed form.
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/ends_in_order.hpp"
#include "cli/finished_runs.hpp"
#include "cli/interrupt.hpp"
#include "cli/limits.hpp"
#include "cli/messages.hpp"
#include "cli/report_files.hpp"
#include "cli/runs_progress.hpp"
#include "cli/scenario_files.hpp"
#include "cli/workers.hpp"
#include "reports/report.hpp"
#include "runs/best_run.hpp"
#include "runs/run_simulation.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::cli {

namespace {

// Runs scenarios until one of them ends badly or is interrupted, and of each several runs at once.
class ScenarioRuns {
 public:
  ScenarioRuns(const ReportFiles& files, FinishedRuns& finished, std::size_t runs,
               const ReportOptions& options, const LimitWatch& limits)
      : progress_(!options.quiet),
        limits_(&limits),
        files_(&files),
        finished_(&finished),
        runs_(runs),
        jobs_(options.jobs),
        ends_(finished) {
    how_.replicates = options.replicates;
    how_.limits = options.limits;
    how_.path_use = files.path_use();
    how_.control.stop = &interrupt_flag();
  }

  [[nodiscard]] ExitCode code() const { return code_; }

  void run(const LoadedScenario& loaded) {
    finished_->begin(loaded.scenario);
    loaded_ = &loaded;
    how_.scenario = &loaded.scenario;
    if (loaded.is_traffic())
      run_flows();
    else
      run_setups();
    progress_.erase();
    finished_->end_scenario(code_ == ExitCode::interrupted);
  }

 private:
  void run_setups() {
    const std::size_t runs = loaded_->scenario.runs.size();
    ends_.begin(runs);
    Workers workers(jobs_ - 1, runs, [this](std::size_t run) { return simulate(run); });
    workers.work();
    workers.join();
    if (code_ != ExitCode::done) return;
    if (auto path = path_of_best(finished_->reports().back(), how_.control))
      finished_->add(std::move(*path));
  }

  // A run, on any thread; returns whether there is to be another.
  bool simulate(std::size_t place) {
    RunSimulation how = how_;
    how.control.progress = [this, place](Picoseconds now, std::uint64_t events) {
      progress_.advance(place, now, events);
      limits_->events_so_far(events);
    };
    how.begins = [this, place](const std::string& label, Picoseconds expected) {
      progress_.begin(place, label, expected);
    };
    const models::Setup& setup = loaded_->scenario.runs[place];
    RunEnd end =
        how.simulate(setup, files_->recording_for(setup, runs_), files_->causes_for(runs_));
    const bool goes_on = end.code == ExitCode::done;
    progress_.end(place);
    const std::lock_guard lock(mutex_);
    if (end.ordered) ordered_.push_back(end.ordered);
    if (end.run) finished_->add(std::move(*end.run), place);
    ends_.add(place, std::move(end), [this](const RunEnd& told) {
      conclude(told);
      return code_ == ExitCode::done || code_ == ExitCode::interrupted;
    });
    return goes_on;
  }

  void run_flows() {
    const scenarios::Scenario& scenario = loaded_->scenario;
    progress_.begin(0, "traffic", {});
    sim::RunControl control = how_.control;
    control.progress = [this](Picoseconds now, std::uint64_t events) {
      progress_.advance(0, now, events);
      limits_->events_so_far(events);
    };
    auto result = topologies::run_traffic(*scenario.cluster.topology, scenario.cluster.sharing,
                                          scenario.traffic, control);
    progress_.end(0);
    conclude(end_of("/traffic", result.outcome));
    if (code_ == ExitCode::done) finished_->add(std::move(result));
  }

  void conclude(const RunEnd& end) {
    progress_.erase();
    if (end.code != ExitCode::done) code_ = end.code;
    complain_of(loaded_->file, end.faults);
    for (const std::string& line : end.waiting) complain(line);
  }

  RunsProgress progress_;
  const LimitWatch* limits_;
  const ReportFiles* files_;
  FinishedRuns* finished_;
  std::size_t runs_;  // in all, to share memory among
  std::size_t jobs_;
  RunSimulation how_;
  const LoadedScenario* loaded_ = nullptr;
  std::mutex mutex_;                                           // guards all below
  std::vector<std::shared_ptr<const models::Setup>> ordered_;  // which finished runs refer to
  EndsInOrder<RunEnd> ends_;
  ExitCode code_ = ExitCode::done;
};

std::size_t runs_of(const std::vector<LoadedScenario>& all) {
  std::size_t runs = 0;
  for (const LoadedScenario& loaded : all)
    runs += loaded.is_traffic() ? 1 : loaded.scenario.runs.size();
  return runs;
}

ExitCode simulate_all(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                      const ReportOptions& options) {
  if (!files.ready(all)) return ExitCode::unfinished;
  const std::size_t runs = runs_of(all);
  FinishedRuns finished(&files, runs, [&](const auto& reports) { return files.write(reports); });
  const Watchdog watchdog([&] { finished.end_interrupted(); });
  LimitWatch limits(options.limits);
  ScenarioRuns simulation(files, finished, runs, options, limits);
  for (const LoadedScenario& loaded : all) {
    simulation.run(loaded);
    if (simulation.code() != ExitCode::done) break;
  }
  limits.end();
  const ExitCode code = simulation.code();
  return code == ExitCode::bad_input ? code : finished.conclude(code);
}

}  // namespace

ExitCode run_command(const Command& self, Arguments arguments) {
  return report_on_scenarios(self, arguments, true, simulate_all);
}

}  // namespace lockstep::cli
