// lockstep run: simulates every algorithm of every scenario, beside its closed form.
#include <fmt/format.h>

#include <deque>
#include <optional>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/critical_path_of.hpp"
#include "cli/finished_runs.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "cli/standard_output.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/rank_order.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/under_failures.hpp"
#include "reports/report.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::cli {

using models::TimeClaim;
using reports::Run;
using sim::Outcome;

namespace {

// Exactly how long the run will take on the simulated clock; 0 where nobody knows.
Picoseconds expected_makespan(const models::ClosedForm& analytic) {
  return analytic.claim == TimeClaim::exact ? analytic.makespan : Picoseconds{};
}

// A closed form past the clock's end says so at once, where it is no overestimate.
bool is_too_long(const models::ClosedForm& analytic) {
  const bool at_least =
      analytic.claim == TimeClaim::exact || analytic.claim == TimeClaim::lower_bound;
  return at_least && analytic.makespan >= longest_run;
}

// Runs scenarios until one of them ends badly or is interrupted.
class ScenarioRuns {
 public:
  ScenarioRuns(const ReportFiles& files, FinishedRuns& finished, std::size_t runs,
               const ReportOptions& options)
      : progress_bar_(!options.quiet),
        files_(&files),
        finished_(&finished),
        runs_(runs),
        replicates_(options.replicates) {
    control_.stop = &interrupt_flag();
    control_.progress = [this](Picoseconds now, std::uint64_t events) {
      progress_bar_.advance(now, events);
    };
  }

  [[nodiscard]] ExitCode code() const { return code_; }

  void run(const LoadedScenario& loaded) {
    finished_->begin(loaded.scenario);
    if (loaded.is_traffic()) run_flows(loaded);
    for (const models::Setup& setup : loaded.scenario.runs) {
      if (code_ == ExitCode::done) run_setup(loaded, setup);
    }
    progress_bar_.erase();
    finished_->end_scenario(code_ == ExitCode::interrupted);
  }

 private:
  // Ranks in the best order that can be found, if the scenario asks for it.
  void run_setup(const LoadedScenario& loaded, const models::Setup& setup) {
    if (!loaded.scenario.best_rank_order || is_too_long(models::closed_form_of(setup)))
      return run_setup(loaded, setup, std::nullopt);
    progress_bar_.begin(fmt::format("{}, orders of ranks", setup.label), {});
    const std::optional<models::BestRankOrder> best = models::best_rank_order(setup, control_);
    if (!best) return run_setup(loaded, setup, std::nullopt);  // it ends as the search did
    ordered_.push_back(models::in_rank_order(setup, best->hosts));
    run_setup(loaded, ordered_.back(), best);
  }

  void run_setup(const LoadedScenario& loaded, const models::Setup& setup,
                 const std::optional<models::BestRankOrder>& order) {
    Run run = {&setup, models::closed_form_of(setup), std::nullopt};
    run.rank_order = order;
    if (is_too_long(run.analytic))
      return conclude(loaded, setup.pointer, {Outcome::Kind::too_long, {}});
    progress_bar_.begin(setup.label, expected_makespan(run.analytic));
    run.recording = files_->recording_for(setup, runs_);
    auto causes = files_->causes_for(runs_);
    run.simulated = models::simulate(setup, control_,
                                     {.recording = run.recording ? &*run.recording : nullptr,
                                      .causes = causes ? &*causes : nullptr});
    conclude(loaded, setup.pointer, run.simulated->outcome);
    if (code_ != ExitCode::done) return;
    if (loaded.scenario.failures) run.goodput = goodput(loaded, run, setup, *run.simulated);
    if (code_ != ExitCode::done) return;
    if (replicates_ > 1) replicate(loaded, run);
    if (code_ != ExitCode::done) return;
    if (causes)
      run.critical_path =
          critical_path_of(loaded.file, run, *causes, files_->wants_critical_path(), control_);
    progress_bar_.erase();
    finished_->add(std::move(run));
  }

  // What failures make of the run, which has been simulated without them. `setup` is that of the
  // run, but for the seed.
  models::Goodput goodput(const LoadedScenario& loaded, const Run& run, const models::Setup& setup,
                          const models::Simulated& simulated) {
    models::Failures failures = *loaded.scenario.failures;
    if (run.rank_order) failures = models::in_rank_order(failures, run.rank_order->hosts);
    progress_bar_.begin(fmt::format("{}, with failures", setup.label), simulated.makespan);
    const models::UnderFailures disturbed = models::under_failures(
        setup, simulated, failures, loaded.scenario.checkpointing.value_or(models::Checkpointing()),
        control_);
    conclude(loaded, setup.pointer, disturbed.outcome);
    return disturbed.goodput;
  }

  // Simulates the run with the seeds that follow its own.
  void replicate(const LoadedScenario& loaded, Run& run) {
    const auto time_of = [&](const models::Setup& setup, const models::Simulated& simulated) {
      if (!loaded.scenario.failures) return simulated.makespan;
      return nearest_seconds(goodput(loaded, run, setup, simulated).wall_s);
    };
    run.replicates.push_back(run.goodput ? nearest_seconds(run.goodput->wall_s)
                                         : run.simulated->makespan);
    models::Setup other = *run.setup;
    for (int number = 1; number < replicates_ && code_ == ExitCode::done; ++number) {
      ++other.training.seed;
      progress_bar_.begin(fmt::format("{}, seed {} of {}", other.label, number + 1, replicates_),
                          run.simulated->makespan);
      const models::Simulated simulated = models::simulate(other, control_, {});
      conclude(loaded, other.pointer, simulated.outcome);
      if (code_ == ExitCode::done) run.replicates.push_back(time_of(other, simulated));
    }
  }

  void run_flows(const LoadedScenario& loaded) {
    const scenarios::Scenario& scenario = loaded.scenario;
    progress_bar_.begin("traffic", {});
    auto result = topologies::run_traffic(*scenario.cluster.topology, scenario.cluster.sharing,
                                          scenario.traffic, control_);
    conclude(loaded, "/traffic", result.outcome);
    if (code_ == ExitCode::done) finished_->add(std::move(result));
  }

  void conclude(const LoadedScenario& loaded, const std::string& pointer, const Outcome& outcome) {
    progress_bar_.erase();
    switch (outcome.kind) {
      case Outcome::Kind::finished:
        return;
      case Outcome::Kind::stopped:
        code_ = ExitCode::interrupted;
        return;
      case Outcome::Kind::too_long:
        code_ = ExitCode::bad_input;
        complain_of(loaded.file, {{pointer, "takes longer than 106 days of simulated time"}});
        return;
      case Outcome::Kind::deadlock:
        code_ = ExitCode::unfinished;
        complain_of(
            loaded.file,
            {{pointer, "deadlock: every remaining process waits for an event that cannot occur"}});
        for (const std::string& line : outcome.waiting) complain(line);
        return;
    }
  }

  ProgressBar progress_bar_;
  const ReportFiles* files_;
  FinishedRuns* finished_;
  std::size_t runs_;  // in all, to share memory among
  int replicates_;
  std::deque<models::Setup> ordered_;  // setups with their ranks in the best order
  sim::RunControl control_;
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
  ScenarioRuns simulation(files, finished, runs, options);
  for (const LoadedScenario& loaded : all) {
    simulation.run(loaded);
    if (simulation.code() != ExitCode::done) break;
  }
  const ExitCode code = simulation.code();
  const bool writes = code == ExitCode::done || code == ExitCode::interrupted;
  return writes ? finished.conclude(code) : code;
}

}  // namespace

ExitCode run_command(const Command& self, Arguments arguments) {
  return report_on_scenarios(self, arguments, true, simulate_all);
}

}  // namespace lockstep::cli
