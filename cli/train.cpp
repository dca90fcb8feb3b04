// lockstep train: simulates every algorithm of every scenario, with real numbers.
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/ends_in_order.hpp"
#include "cli/finished_runs.hpp"
#include "cli/interrupt.hpp"
#include "cli/limits.hpp"
#include "cli/messages.hpp"
#include "cli/only.hpp"
#include "cli/report_files.hpp"
#include "cli/runs_progress.hpp"
#include "cli/scenario_files.hpp"
#include "cli/workers.hpp"
#include "models/cost/algorithm.hpp"
#include "reports/report.hpp"
#include "runs/available_memory.hpp"
#include "runs/computed_runs.hpp"
#include "runs/train_run.hpp"
#include "scenarios/order_file.hpp"

namespace lockstep::cli {

using models::Setup;

namespace {

// What --replay names.
struct Replayed {
  std::string file;
  std::vector<scenarios::LabelledOrder> orders;

  [[nodiscard]] bool is_given() const { return !file.empty(); }
};

// How many runs are trained at once, and how each of them.
struct TrainJobs {
  std::size_t at_once = 1;
  models::TrainOptions each;
};

// How a run ended, what there is to say of it, and what there is to report.
struct ToldEnd {
  ExitCode code = ExitCode::done;
  std::vector<std::string> lines;
  std::optional<reports::Run> run;
};

// Trains scenarios until one of them ends badly or is interrupted, and of each several runs at
// once.
class Training {
 public:
  Training(const ReportFiles& files, FinishedRuns& finished, std::size_t runs, bool quiet,
           const TrainJobs& jobs, Replayed replayed, const Limits& limits, const LimitWatch& watch)
      : progress_(!quiet),
        files_(&files),
        finished_(&finished),
        runs_(runs),
        jobs_(jobs.at_once),
        replayed_(std::move(replayed)),
        watch_(&watch),
        ends_(finished) {
    how_.options = jobs.each;
    how_.path_use = files.path_use();
    how_.limits = limits;
  }

  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] bool goes_on() const {
    return code_ == ExitCode::done || code_ == ExitCode::unfinished;
  }

  void train(const LoadedScenario& loaded) {
    finished_->begin(loaded.scenario);
    loaded_ = &loaded;
    if (loaded.scenario.failures && replayed_.is_given()) {
      code_ = ExitCode::bad_input;
      return complain(order_text(fmt::format(
          "the order of a real run cannot be replayed under the failures of {}", loaded.file)));
    }
    const auto computed = computed_runs(loaded.scenario);
    if (!computed) {
      code_ = ExitCode::bad_input;
      return complain_of(loaded.file, computed.faults());
    }
    train_setups(*computed);
    progress_.erase();
    finished_->end_scenario(code_ == ExitCode::interrupted);
  }

 private:
  void train_setups(const std::vector<Setup>& computed) {
    ends_.begin(computed.size());
    const std::size_t jobs = std::min(jobs_, runs_that_fit_at_once(computed));
    Workers workers(jobs - 1, computed.size(),
                    [this, &computed](std::size_t run) { return train_one(run, computed[run]); });
    workers.work();
    workers.join();
  }

  // A run, on any thread; returns whether there is to be another.
  bool train_one(std::size_t place, const Setup& computed) {
    ToldEnd end = trained(place, computed);
    const bool goes_on = end.code == ExitCode::done || end.code == ExitCode::unfinished;
    progress_.end(place);
    const std::lock_guard lock(mutex_);
    if (end.run) finished_->add(std::move(*end.run), place);
    ends_.add(place, std::move(end), [this](const ToldEnd& told) { return tell(told); });
    return goes_on;
  }

  // Says what became of a run; returns whether those after it count.
  bool tell(const ToldEnd& end) {
    progress_.erase();
    for (const std::string& line : end.lines) complain(line);
    if (end.code != ExitCode::done && code_ != ExitCode::interrupted) code_ = end.code;
    return goes_on() || code_ == ExitCode::interrupted;
  }

  [[nodiscard]] ToldEnd trained(std::size_t place, const Setup& computed) {
    const Setup& setup = loaded_->scenario.runs[place];
    ToldEnd told;
    TrainRun how = how_;
    how.scenario = &loaded_->scenario;
    how.control = control_of(place);
    how.begins = [this, place](const std::string& label, Picoseconds expected) {
      progress_.begin(place, label, expected);
    };
    how.trains = [this, place](std::size_t done, std::size_t all) {
      progress_.advance(place, done, all);
    };
    if (replayed_.is_given()) {
      how.options.replay = order_of(setup, told);
      if (how.options.replay == nullptr) return told;
    }
    TrainEnd end =
        how.train(setup, computed, files_->recording_for(setup, runs_), files_->causes_for(runs_));
    told.code = end.code;
    told.run = std::move(end.run);
    if (!end.departures.empty())
      refuse_order(fmt::format("does not match run \"{}\" of the scenario, or contradicts itself:",
                               setup.label),
                   told);
    for (const Fault& fault : end.faults) told.lines.push_back(text_of(loaded_->file, fault));
    for (const auto& lines : {end.departures, end.waiting})
      told.lines.insert(told.lines.end(), lines.begin(), lines.end());
    return told;
  }

  [[nodiscard]] sim::RunControl control_of(std::size_t place) {
    sim::RunControl control;
    control.stop = &interrupt_flag();
    control.progress = [this, place](Picoseconds now, std::uint64_t events) {
      progress_.advance(place, now, events);
      watch_->events_so_far(events);
    };
    return control;
  }

  // The order of the run with the same label, or nothing, with a message.
  const models::Order* order_of(const Setup& setup, ToldEnd& end) const {
    if (setup.algorithm->shared_memory) {
      refuse_order(
          fmt::format("the workers of \"{}\" race on shared parameters, so no recorded order can "
                      "reproduce the run",
                      setup.label),
          end);
      return nullptr;
    }
    for (const scenarios::LabelledOrder& one : replayed_.orders)
      if (one.label == setup.label && one.ranks == setup.ranks()) return &one.order;
    refuse_order(fmt::format("has no order for run \"{}\" with {} ranks ({}: {})", setup.label,
                             setup.ranks(), loaded_->file, setup.pointer),
                 end);
    return nullptr;
  }

  [[nodiscard]] std::string order_text(const std::string& reason) const {
    return fmt::format("{}: {}", replayed_.file, reason);
  }
  void refuse_order(const std::string& reason, ToldEnd& end) const {
    end.code = ExitCode::bad_input;
    end.lines.push_back(order_text(reason));
  }

  RunsProgress progress_;
  const ReportFiles* files_;
  FinishedRuns* finished_;
  std::size_t runs_;  // in all, to share memory among
  TrainRun how_;
  std::size_t jobs_;
  Replayed replayed_;
  const LimitWatch* watch_;
  const LoadedScenario* loaded_ = nullptr;
  std::mutex mutex_;  // guards all below
  EndsInOrder<ToldEnd> ends_;
  ExitCode code_ = ExitCode::done;
};

TrainJobs train_jobs(const CommandLine& line) {
  TrainJobs jobs;
  jobs.at_once = jobs_of(line);
  jobs.each.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  if (line.has("threads"))
    jobs.each.threads = whole_number(line.text("threads"), "--threads", 1024);
  if (line.has("points")) jobs.each.points = whole_number(line.text("points"), "--points", 10000);
  return jobs;
}

ExitCode train_all(const std::vector<LoadedScenario>& all, const ReportFiles& files, bool quiet,
                   const TrainJobs& jobs, Replayed replayed, const Limits& limits) {
  std::size_t runs = 0;
  for (const LoadedScenario& loaded : all) runs += loaded.scenario.runs.size();
  FinishedRuns finished(&files, runs, [&](const auto& reports) { return files.write(reports); });
  const Watchdog watchdog([&] { finished.end_interrupted(); });
  LimitWatch watch(limits);
  Training training(files, finished, runs, quiet, jobs, std::move(replayed), limits, watch);
  for (const LoadedScenario& loaded : all) {
    training.train(loaded);
    if (!training.goes_on()) break;
  }
  watch.end();
  const ExitCode code = training.code();
  return code == ExitCode::bad_input ? code : finished.conclude(code);
}

}  // namespace

ExitCode train_command(const Command& self, Arguments arguments) {
  runs::keep_freed_memory();
  using boost::program_options::value;
  options_description options;
  add_report_options(options);
  add_chart_option(options);
  add_trace_option(options);
  add_critical_path_option(options);
  add_timeline_option(options);
  add_only_option(options);
  add_jobs_option(options,
                  "train N algorithms at once (default: as many as there are cores, if memory "
                  "reaches); the results do not depend on N");
  add_limit_options(options);
  add_scenario_options(options);
  add_strict_option(options);
  options.add_options()  //
      ("threads", value<std::string>()->value_name("N"),
       "compute the numbers of each on N threads (default: one per core); the results do not "
       "depend on N")  //
      ("points", value<std::string>()->value_name("N"),
       "evaluate the model at N points of the run (default: 50)")  //
      ("csv-points", value<std::string>()->value_name("FILE"),
       "write a row per point at which a model was evaluated; - for stdout, without tables")  //
      ("replay", value<std::string>()->value_name("FILE"),
       "replay the order of a real run, from execute --order: the same parameters, bit for bit");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  const TrainJobs how = train_jobs(*line);
  const Limits limits = limits_of(*line);
  const ReportFiles files(*line);
  auto loaded =
      load_scenario_files(*line, scenarios::DataUse::required, scenarios::FailureUse::trained);
  if (!loaded) return ExitCode::bad_input;
  if (line->has("only")) keep_only(line->text("only"), *loaded);
  if (!files.ready(*loaded)) return ExitCode::unfinished;
  for (const LoadedScenario& one : *loaded)
    if (const auto computed = computed_runs(one.scenario); computed)
      if (!numbers_fit(one.file, *computed, all_ranks)) return ExitCode::unfinished;
  Replayed replayed;
  if (line->has("replay")) {
    replayed.file = line->text("replay");
    auto orders = scenarios::read_orders(replayed.file);
    if (!orders) {
      complain_of(replayed.file, orders.faults());
      return ExitCode::bad_input;
    }
    replayed.orders = std::move(*orders);
  }
  return train_all(*loaded, files, line->quiet(), how, std::move(replayed), limits);
}

}  // namespace lockstep::cli
