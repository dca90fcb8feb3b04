// lockstep train: simulates every algorithm of every scenario, with real numbers.
#include "models/readers/train/train.hpp"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "cli/available_memory.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/computed_runs.hpp"
#include "cli/critical_path_of.hpp"
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
#include "scenarios/order_file.hpp"

namespace lockstep::cli {

using models::Setup;
using reports::Run;
using sim::Outcome;

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
struct TrainEnd {
  ExitCode code = ExitCode::done;
  std::vector<std::string> lines;
  std::optional<Run> run;
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
        options_(jobs.each),
        jobs_(jobs.at_once),
        replayed_(std::move(replayed)),
        limits_(limits),
        watch_(&watch),
        ends_(finished) {}

  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] bool goes_on() const {
    return code_ == ExitCode::done || code_ == ExitCode::unfinished;
  }

  void train(const LoadedScenario& loaded) {
    finished_->begin(loaded.scenario);
    loaded_ = &loaded;
    options_.target_accuracy = loaded.scenario.numerics.target_accuracy;
    options_.failures = loaded.scenario.failures;
    options_.checkpointing = loaded.scenario.checkpointing.value_or(models::Checkpointing());
    if (options_.failures && replayed_.is_given()) {
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
    TrainEnd end = trained(place, computed);
    const bool goes_on = end.code == ExitCode::done || end.code == ExitCode::unfinished;
    progress_.end(place);
    const std::lock_guard lock(mutex_);
    if (end.run) finished_->add(std::move(*end.run), place);
    ends_.add(place, std::move(end), [this](const TrainEnd& told) { return tell(told); });
    return goes_on;
  }

  // Says what became of a run; returns whether those after it count.
  bool tell(const TrainEnd& end) {
    progress_.erase();
    for (const std::string& line : end.lines) complain(line);
    if (end.code != ExitCode::done && code_ != ExitCode::interrupted) code_ = end.code;
    return goes_on() || code_ == ExitCode::interrupted;
  }

  [[nodiscard]] TrainEnd trained(std::size_t place, const Setup& computed) {
    const Setup& setup = loaded_->scenario.runs[place];
    models::TrainOptions options = options_;
    TrainEnd end;
    if (replayed_.is_given()) {
      options.replay = order_of(setup, end);
      if (options.replay == nullptr) return end;
    }
    const models::ClosedForm form = models::closed_form_of(setup);
    std::string why_not = too_little_memory(setup, form, limits_);
    if (why_not.empty()) why_not = too_many_messages(form, limits_);
    if (!why_not.empty()) return end_with(end, ExitCode::unfinished, setup, why_not);
    progress_.begin(place, setup.label, form.makespan);
    const models::Problem problem =
        models::problem_of(computed, loaded_->scenario.numerics, loaded_->scenario.samples);
    auto recording = files_->recording_for(setup, runs_);
    options.recording = recording ? &*recording : nullptr;
    auto causes = files_->causes_for(runs_);
    options.causes = causes ? &*causes : nullptr;
    options.progress = [this, place, begun = std::make_shared<std::once_flag>(), &setup](
                           std::size_t done, std::size_t all) {
      std::call_once(*begun, [&] { progress_.begin(place, setup.label + ", trained", {}); });
      progress_.advance(place, done, all);
    };
    const sim::RunControl control = control_of(place);
    models::Trained trained = models::train(setup, problem, options, control);
    if (!conclude(setup, options, trained, end)) return end;
    Run& run = end.run.emplace(Run{&setup, form, trained.simulated, std::nullopt});
    run.goodput = trained.goodput;
    run.trained = std::move(trained);
    run.recording = std::move(recording);
    if (!causes) return end;
    FoundPath found = critical_path_of(run, *causes, files_->path_use(), control);
    run.critical_path = std::move(found.path);
    run.critical_path_left_out = std::move(found.why_not);
    if (files_->path_use() == PathUse::asked_for && !run.critical_path_left_out.empty())
      say(end, {{setup.pointer, run.critical_path_left_out}});
    return end;
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

  void say(TrainEnd& end, const Faults& faults) const {
    for (const Fault& fault : faults) end.lines.push_back(text_of(loaded_->file, fault));
  }
  TrainEnd& end_with(TrainEnd& end, ExitCode code, const Setup& setup,
                     const std::string& message) const {
    end.code = code;
    say(end, {{setup.pointer, message}});
    return end;
  }

  // The order of the run with the same label, or nothing, with a message.
  const models::Order* order_of(const Setup& setup, TrainEnd& end) const {
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
  void refuse_order(const std::string& reason, TrainEnd& end) const {
    end.code = ExitCode::bad_input;
    end.lines.push_back(order_text(reason));
  }

  // An order that was read can be the cause of all that goes wrong with numbers.
  bool kept_order(const Setup& setup, const models::DataflowResult& numbers, TrainEnd& end) const {
    const auto& reasons = numbers.finished ? numbers.departures : numbers.waiting;
    if (reasons.empty()) return true;
    refuse_order(fmt::format("does not match run \"{}\" of the scenario, or contradicts itself:",
                             setup.label),
                 end);
    end.lines.insert(end.lines.end(), reasons.begin(), reasons.end());
    return false;
  }

  // Whether there is something to report.
  bool conclude(const Setup& setup, const models::TrainOptions& options,
                const models::Trained& trained, TrainEnd& end) const {
    const Outcome::Kind outcome = trained.simulated.outcome.kind;
    if (outcome == Outcome::Kind::stopped || interrupt_flag().load()) {
      end.code = ExitCode::interrupted;
      return false;
    }
    if (outcome == Outcome::Kind::too_long) {
      end_with(end, ExitCode::bad_input, setup, "takes longer than 106 days of simulated time");
      return false;
    }
    if (trained.goodput && !std::isfinite(trained.goodput->wall_s)) {
      end_with(end, ExitCode::unfinished, setup, "never ends: it fails before it gets on");
      return false;
    }
    if (outcome == Outcome::Kind::finished && options.replay != nullptr &&
        !kept_order(setup, trained.numbers, end))
      return false;
    if (outcome == Outcome::Kind::deadlock || !trained.numbers.finished) {
      end_with(end, ExitCode::unfinished, setup,
               "deadlock: every remaining process waits for an event that cannot occur");
      const std::vector<std::string>& waiting = trained.numbers.waiting;
      end.lines.insert(end.lines.end(), waiting.begin(), waiting.end());
      return false;
    }
    if (trained.diverged) {
      const std::string when =
          trained.curve.time_s.empty()
              ? "at the start"
              : fmt::format("after {} s of simulated time", trained.curve.time_s.back());
      end_with(end, ExitCode::unfinished, setup,
               fmt::format("the loss stopped being a finite number {}, where the report ends; try "
                           "a smaller /training/learning_rate",
                           when));
    }
    return true;
  }

  RunsProgress progress_;
  const ReportFiles* files_;
  FinishedRuns* finished_;
  std::size_t runs_;  // in all, to share memory among
  models::TrainOptions options_;
  std::size_t jobs_;
  Replayed replayed_;
  Limits limits_;
  const LimitWatch* watch_;
  const LoadedScenario* loaded_ = nullptr;
  std::mutex mutex_;  // guards all below
  EndsInOrder<TrainEnd> ends_;
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
