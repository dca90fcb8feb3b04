// lockstep train: simulates every algorithm of every scenario, with real numbers.
#include "models/readers/train/train.hpp"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <cmath>
#include <limits>
#include <thread>
#include <utility>

#include "cli/available_memory.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/computed_runs.hpp"
#include "cli/critical_path_of.hpp"
#include "cli/finished_runs.hpp"
#include "cli/interrupt.hpp"
#include "cli/limits.hpp"
#include "cli/messages.hpp"
#include "cli/progress_bar.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
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

class Training {
 public:
  Training(const ReportFiles& files, FinishedRuns& finished, std::size_t runs, bool quiet,
           models::TrainOptions options, Replayed replayed, const Limits& limits,
           const LimitWatch& watch)
      : progress_bar_(!quiet),
        files_(&files),
        finished_(&finished),
        runs_(runs),
        options_(std::move(options)),
        replayed_(std::move(replayed)),
        limits_(limits) {
    control_.stop = &interrupt_flag();
    control_.progress = [this, &watch](Picoseconds now, std::uint64_t events) {
      progress_bar_.advance(now, events);
      watch.events_so_far(events);
    };
  }

  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] bool goes_on() const {
    return code_ == ExitCode::done || code_ == ExitCode::unfinished;
  }

  void train(const LoadedScenario& loaded) {
    finished_->begin(loaded.scenario);
    options_.target_accuracy = loaded.scenario.numerics.target_accuracy;
    options_.failures = loaded.scenario.failures;
    options_.checkpointing = loaded.scenario.checkpointing.value_or(models::Checkpointing());
    if (options_.failures && replayed_.is_given())
      return refuse_order(fmt::format(
          "the order of a real run cannot be replayed under the failures of {}", loaded.file));
    const auto computed = computed_runs(loaded.scenario);
    if (!computed) {
      code_ = ExitCode::bad_input;
      complain_of(loaded.file, computed.faults());
      return;
    }
    for (std::size_t i = 0; i < computed->size() && goes_on(); ++i)
      run_setup(loaded, loaded.scenario.runs[i], (*computed)[i]);
    progress_bar_.erase();
    finished_->end_scenario(code_ == ExitCode::interrupted);
  }

 private:
  void run_setup(const LoadedScenario& loaded, const Setup& setup, const Setup& computed) {
    if (replayed_.is_given()) {
      options_.replay = order_of(loaded, setup);
      if (options_.replay == nullptr) return;
    }
    const models::ClosedForm form = models::closed_form_of(setup);
    std::string why_not = too_little_memory(setup, form, limits_);
    if (why_not.empty()) why_not = too_many_messages(form, limits_);
    if (!why_not.empty()) {
      code_ = ExitCode::unfinished;
      complain_of(loaded.file, {{setup.pointer, why_not}});
      return;
    }
    progress_bar_.begin(setup.label, {});
    const models::Problem problem =
        models::problem_of(computed, loaded.scenario.numerics, loaded.scenario.samples);
    auto recording = files_->recording_for(setup, runs_);
    options_.recording = recording ? &*recording : nullptr;
    auto causes = files_->causes_for(runs_);
    options_.causes = causes ? &*causes : nullptr;
    models::Trained trained = models::train(setup, problem, options_, control_);
    progress_bar_.erase();
    if (!concluded(loaded, setup, trained)) return;
    Run run = {&setup, form, trained.simulated, std::nullopt};
    run.goodput = trained.goodput;
    run.trained = std::move(trained);
    run.recording = std::move(recording);
    Faults notes;
    if (causes)
      run.critical_path =
          critical_path_of(run, *causes, files_->wants_critical_path(), control_, notes);
    complain_of(loaded.file, notes);
    progress_bar_.erase();
    finished_->add(std::move(run));
  }

  // The order of the run with the same label, or nothing, after a message.
  const models::Order* order_of(const LoadedScenario& loaded, const Setup& setup) {
    if (setup.algorithm->shared_memory) {
      refuse_order(
          fmt::format("the workers of \"{}\" race on shared parameters, so no recorded order can "
                      "reproduce the run",
                      setup.label));
      return nullptr;
    }
    for (const scenarios::LabelledOrder& one : replayed_.orders)
      if (one.label == setup.label && one.ranks == setup.ranks()) return &one.order;
    refuse_order(fmt::format("has no order for run \"{}\" with {} ranks ({}: {})", setup.label,
                             setup.ranks(), loaded.file, setup.pointer));
    return nullptr;
  }

  void refuse_order(const std::string& reason) {
    code_ = ExitCode::bad_input;
    complain(fmt::format("{}: {}", replayed_.file, reason));
  }

  // An order that was read can be the cause of all that goes wrong with numbers.
  bool kept_order(const Setup& setup, const models::DataflowResult& numbers) {
    if (options_.replay == nullptr) return true;
    const auto& reasons = numbers.finished ? numbers.departures : numbers.waiting;
    if (reasons.empty()) return true;
    refuse_order(fmt::format("does not match run \"{}\" of the scenario, or contradicts itself:",
                             setup.label));
    for (const std::string& line : reasons) complain(line);
    return false;
  }

  // Whether there is something to report.
  bool concluded(const LoadedScenario& loaded, const Setup& setup, const models::Trained& trained) {
    const Outcome::Kind outcome = trained.simulated.outcome.kind;
    if (outcome == Outcome::Kind::stopped || interrupt_flag().load()) {
      code_ = ExitCode::interrupted;
      return false;
    }
    if (outcome == Outcome::Kind::too_long) {
      code_ = ExitCode::bad_input;
      complain_of(loaded.file, {{setup.pointer, "takes longer than 106 days of simulated time"}});
      return false;
    }
    if (trained.goodput && !std::isfinite(trained.goodput->wall_s)) {
      code_ = ExitCode::unfinished;
      complain_of(loaded.file, {{setup.pointer, "never ends: it fails before it gets on"}});
      return false;
    }
    if (outcome == Outcome::Kind::finished && !kept_order(setup, trained.numbers)) return false;
    if (outcome == Outcome::Kind::deadlock || !trained.numbers.finished) {
      code_ = ExitCode::unfinished;
      complain_of(loaded.file,
                  {{setup.pointer,
                    "deadlock: every remaining process waits for an event that cannot occur"}});
      for (const std::string& line : trained.numbers.waiting) complain(line);
      return false;
    }
    if (trained.diverged) {
      code_ = ExitCode::unfinished;
      const std::string when =
          trained.curve.time_s.empty()
              ? "at the start"
              : fmt::format("after {} s of simulated time", trained.curve.time_s.back());
      complain_of(loaded.file, {{setup.pointer,
                                 fmt::format("the loss stopped being a finite number {}, where the "
                                             "report ends; try a smaller /training/learning_rate",
                                             when)}});
    }
    return true;
  }

  ProgressBar progress_bar_;
  const ReportFiles* files_;
  FinishedRuns* finished_;
  std::size_t runs_;  // in all, to share memory among
  sim::RunControl control_;
  models::TrainOptions options_;
  Replayed replayed_;
  Limits limits_;
  ExitCode code_ = ExitCode::done;
};

models::TrainOptions train_options(const CommandLine& line) {
  models::TrainOptions options;
  options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  if (line.has("threads")) options.threads = whole_number(line.text("threads"), "--threads", 1024);
  if (line.has("points")) options.points = whole_number(line.text("points"), "--points", 10000);
  return options;
}

ExitCode train_all(const std::vector<LoadedScenario>& all, const ReportFiles& files, bool quiet,
                   const models::TrainOptions& options, Replayed replayed, const Limits& limits) {
  std::size_t runs = 0;
  for (const LoadedScenario& loaded : all) runs += loaded.scenario.runs.size();
  FinishedRuns finished(&files, runs, [&](const auto& reports) { return files.write(reports); });
  const Watchdog watchdog([&] { finished.end_interrupted(); });
  LimitWatch watch(limits);
  Training training(files, finished, runs, quiet, options, std::move(replayed), limits, watch);
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
  add_trace_option(options);
  add_critical_path_option(options);
  add_timeline_option(options);
  add_limit_options(options);
  add_scenario_options(options);
  add_strict_option(options);
  options.add_options()  //
      ("threads", value<std::string>()->value_name("N"),
       "compute numbers on N threads (default: one per core); the results do not depend on N")  //
      ("points", value<std::string>()->value_name("N"),
       "evaluate the model at N points of the run (default: 50)")  //
      ("replay", value<std::string>()->value_name("FILE"),
       "replay the order of a real run, from execute --order: the same parameters, bit for bit");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  const models::TrainOptions how = train_options(*line);
  const Limits limits = limits_of(*line);
  const ReportFiles files(*line);
  const auto loaded =
      load_scenario_files(*line, scenarios::DataUse::required, scenarios::FailureUse::trained);
  if (!loaded) return ExitCode::bad_input;
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
