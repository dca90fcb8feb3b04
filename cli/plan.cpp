// lockstep plan: which of many runs are best, in time and memory.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options/value_semantic.hpp>
#include <cstdio>
#include <utility>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/limits.hpp"
#include "cli/messages.hpp"
#include "cli/plan_files.hpp"
#include "cli/plan_search.hpp"
#include "cli/plan_training.hpp"
#include "cli/progress_bar.hpp"
#include "cli/standard_output.hpp"
#include "reports/report_json.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::cli {

using reports::PlanReport;
using reports::PlanRow;
using scenarios::PlannedScenario;

namespace {

class Planning {
 public:
  Planning(const CommandLine& line, const PlannedScenario& planned, const LimitWatch& limits)
      : line_(&line),
        planned_(&planned),
        progress_bar_(!line.quiet()),
        search_(planned, options_of(line, limits)) {}

  void search() {
    progress_bar_.begin("plan", {});
    search_.evaluate();
    search_.simulate();
    progress_bar_.erase();
  }

  // Of the rows that the search found.
  void train() {
    if (!line_->has("train") || interrupt_flag().load()) return;
    PlanReport report = search_.report();
    sim::RunControl control;
    control.stop = &interrupt_flag();
    for (std::size_t i = 0; i < report.rows.size() && !interrupt_flag().load(); ++i) {
      progress_bar_.begin(fmt::format("training {} of {}", i + 1, report.rows.size()), {});
      const std::string error =
          train_row(*planned_, report.rows[i], static_cast<int>(jobs_of(*line_)), control);
      progress_bar_.erase();
      if (!error.empty())
        complain(fmt::format("{}: {} is not trained: {}", line_->operands().front(),
                             report.rows[i].label, error));
      const std::lock_guard lock(mutex_);
      trained_ = report.rows;
    }
  }

  // Shows and writes what there is. Two threads may ask, and only the first gets a code.
  [[nodiscard]] std::optional<ExitCode> conclude() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(concluded_, true)) return std::nullopt;
    if (interrupt_flag().load() && isatty(STDERR_FILENO) == 1)
      std::fputs("\r\x1b[K", stderr);  // what is left of a bar
    PlanReport report = search_.report();
    if (!trained_.empty()) report.rows = trained_;
    report.is_trained = line_->has("train");
    if (report.is_trained) mark_target_front(report.rows);
    report.interrupted = interrupt_flag().load();
    if (report.rows.empty() && !report.interrupted && report.counts.failed == 0)
      return tell_nothing(report);
    return show(report);
  }

  // From the thread that watches for an interruption.
  void end_interrupted() {
    const auto concluded = conclude();
    if (!concluded) return;  // the search has ended by itself
    ExitCode code = *concluded;
    if (!finish_standard_output().empty()) code = ExitCode::unfinished;
    _exit(static_cast<int>(code));
  }

 private:
  PlanOptions options_of(const CommandLine& line, const LimitWatch& limits) {
    PlanOptions options;
    options.jobs = jobs_of(line);
    options.by_group = line.has("train");
    options.limits = limits_of(line);
    options.control.stop = &interrupt_flag();
    options.control.progress = [&limits](Picoseconds /*now*/, std::uint64_t events) {
      limits.events_so_far(events);
    };
    options.progress = [this](const char* what, std::size_t done, std::size_t total) {
      if (what != shown_) progress_bar_.begin(shown_ = what, {});
      progress_bar_.advance(done, total);
    };
    return options;
  }

  // Nothing can be run, or nothing fits.
  [[nodiscard]] ExitCode tell_nothing(const PlanReport& report) const {
    const std::string& file = line_->operands().front();
    const std::string where = planned_->whole().resolved.contains("plan") ? "/plan" : "";
    const auto nearest = search_.nearest();
    if (!nearest) {
      complain_of(file, {{where, fmt::format("has no run that is possible: {} candidates are "
                                             "refused",
                                             report.counts.refused)}});
      for (const reports::PlanRefusal& refusal : report.refusals)
        complain(fmt::format("{}: {} refused: {}", file, refusal.count, refusal.example));
      return ExitCode::bad_input;
    }
    const PlanRow row = search_.row_of(nearest->candidate);
    const std::string words = reports::plan_row_words(row);
    complain_of(
        file,
        {{where,
          fmt::format(
              "nothing fits: of {} candidates, the nearest is {}{}{}{} on {} host{}, of which "
              "one needs {}, {} more than its device has",
              report.counts.unfit, row.label, words.empty() ? "" : " (", words,
              words.empty() ? "" : ")", row.hosts, row.hosts == 1 ? "" : "s",
              format_bytes(nearest->needed), format_bytes(nearest->missing))}});
    return ExitCode::bad_input;
  }

  [[nodiscard]] ExitCode show(PlanReport& report) const {
    const std::string output = line_->text("output");
    ExitCode code = ExitCode::done;
    if (!output.empty() && output != "-" && !fill(output, *planned_, report))
      code = ExitCode::unfinished;
    print(output == "-" ? reports::json_text(reports::plan_json(report))
                        : reports::plan_tables(report, standard_output_style()));
    if (report.counts.failed > 0)
      complain(fmt::format("{}: {} runs could not be simulated, such as {}",
                           line_->operands().front(), report.counts.failed, search_.failure()));
    if (report.interrupted) {
      const std::string limit = passed_limit();
      complain(fmt::format("{}; {} runs were simulated, {} candidates are left",
                           limit.empty() ? "interrupted" : limit, report.counts.simulated,
                           report.counts.left));
      return limit.empty() ? ExitCode::interrupted : ExitCode::unfinished;
    }
    return report.counts.failed > 0 ? ExitCode::unfinished : code;
  }

  const CommandLine* line_;
  const PlannedScenario* planned_;
  ProgressBar progress_bar_;
  const char* shown_ = nullptr;
  PlanSearch search_;
  std::mutex mutex_;  // guards all below
  std::vector<PlanRow> trained_;
  bool concluded_ = false;
};

void add_plan_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("DIR"),
       "write the runs of the front as scenarios, and the report plan.json, into a new folder; - "
       "for the report alone, on stdout")  //
      ("train",
       "also train the best of those that learn alike: time to /training/target_accuracy against "
       "memory");
  add_jobs_option(options,
                  "simulate on N threads (default: one per core); the results do not depend on N");
  add_limit_options(options);
  add_scenario_options(options);
  add_strict_option(options);
}

std::optional<PlannedScenario> load(const CommandLine& line) {
  const std::string& file = line.operands().front();
  scenarios::LoadOptions options = line.load_options();
  options.failures = scenarios::FailureUse::refused;
  if (line.has("train")) options.data = scenarios::DataUse::required;
  auto planned = PlannedScenario::load(file, options);
  if (!planned) {
    complain_of(file, planned.faults());
    return std::nullopt;
  }
  if (line.has("train") && !planned->whole().numerics.target_accuracy) {
    complain_of(file, {{"/training/target_accuracy", "missing; --train needs it"}});
    return std::nullopt;
  }
  if (!line.quiet()) warn_of(file, planned->whole().warnings);
  return std::move(*planned);
}

}  // namespace

ExitCode plan_command(const Command& self, Arguments arguments) {
  options_description options;
  add_plan_options(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, 1);
  const Limits limits = limits_of(*line);
  (void)jobs_of(*line);
  const std::string output = line->text("output");
  if (line->has("output") && output.empty()) throw UsageError("--output: needs a folder's name");
  if (!output.empty() && output != "-" && !can_fill(output)) return ExitCode::unfinished;
  const auto planned = load(*line);
  if (!planned) return ExitCode::bad_input;
  std::optional<LimitWatch> watch;
  std::optional<Planning> planning;
  const Watchdog watchdog([&] { planning->end_interrupted(); });
  watch.emplace(limits);
  planning.emplace(*line, *planned, *watch);
  planning->search();
  planning->train();
  watch->end();
  return planning->conclude().value_or(ExitCode::interrupted);
}

}  // namespace lockstep::cli
