#include "cli/check_claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/named_files.hpp"
#include "cli/progress_bar.hpp"
#include "cli/result_file.hpp"
#include "cli/set_columns.hpp"
#include "cli/standard_output.hpp"
#include "cli/tolerance.hpp"
#include "cli/workers.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "reports/check_csv.hpp"
#include "reports/claim_check.hpp"
#include "reports/report_json.hpp"
#include "runs/run_simulation.hpp"

namespace lockstep::cli {

using models::Setup;
using reports::ClaimCheck;
using scenarios::LoadOptions;
using scenarios::Scenario;

namespace {

// A run of one point of a sweep.
struct Item {
  std::string point;
  std::string file;
  std::shared_ptr<const Scenario> scenario;
  const Setup* setup;
};

class ClaimChecks {
 public:
  explicit ClaimChecks(const CommandLine& line)
      : line_(&line), jobs_(jobs_of(line)), progress_bar_(!line.quiet()) {}

  // Looks at all scenarios, and whether the results can be written.
  [[nodiscard]] ExitCode prepare() {
    for (const NamedFile& named : output_files(*line_, {"output", "csv"}))
      if (!can_write(named.file)) return ExitCode::unfinished;
    for (const std::string& file : line_->operands())
      if (!add(file)) return ExitCode::bad_input;
    return ExitCode::done;
  }

  [[nodiscard]] ExitCode run() {
    ends_.resize(items_.size());
    progress_bar_.begin("check", {});
    Workers workers(jobs_ - 1, items_.size(), [this](std::size_t i) { return check(i); });
    workers.work();
    workers.join();
    progress_bar_.erase();
    return conclude();
  }

 private:
  // How an item ended: a check, or what is wrong.
  struct End {
    std::optional<ClaimCheck> check;
    ExitCode code = ExitCode::done;
    Faults faults;
  };

  // Takes in all runs of all points of a scenario's sweep.
  [[nodiscard]] bool add(const std::string& file) {
    LoadOptions options = line_->load_options();
    options.sweep = scenarios::SweepUse::checked;
    options.failures = scenarios::FailureUse::refused;
    options.plan = scenarios::PlanUse::refused;
    const auto whole = load(file, options);
    if (whole == nullptr) return false;
    if (!line_->quiet()) warn_of(file, whole->warnings);
    options.sweep = scenarios::SweepUse::axes_only;
    options.strict = false;  // the points have been checked
    const auto points = static_cast<std::size_t>(whole->sweep.points());
    for (std::size_t point = 0; point < points; ++point) {
      LoadOptions there = options;
      for (const scenarios::SweptValue& each : whole->sweep.at(point))
        there.overrides.push_back({each.swept->pointer, each.value().dump()});
      const auto scenario = load(file, there);
      if (scenario == nullptr) return false;
      for (const Setup& setup : scenario->runs)
        items_.push_back({whole->sweep.label(point), file, scenario, &setup});
    }
    return true;
  }

  static std::shared_ptr<const Scenario> load(const std::string& file, const LoadOptions& options) {
    auto loaded = scenarios::load_scenario(file, options);
    Faults faults = loaded ? faults_of(*loaded) : loaded.faults();
    complain_of(file, faults);
    return faults.empty() ? std::make_shared<const Scenario>(std::move(*loaded)) : nullptr;
  }

  static Faults faults_of(const Scenario& scenario) {
    if (scenario.runs.empty()) return {{"/traffic", "has no closed form to check"}};
    Faults faults;
    for (const Setup& setup : scenario.runs)
      if (models::sums_by_mpi(setup))
        faults.push_back({setup.pointer + "/allreduce",
                          "\"mpi\" is MPI_Allreduce itself, which has no simulation"});
    return faults;
  }

  // On any thread; returns whether there is to be another.
  [[nodiscard]] bool check(std::size_t index) {
    const Item& item = items_[index];
    RunEnd end = RunSimulation{.scenario = item.scenario.get(),
                               .control = {.stop = &interrupt_flag(), .progress = {}}}
                     .simulate(*item.setup);
    End& mine = ends_[index];
    mine.code = end.code;
    mine.faults = std::move(end.faults);
    if (end.run) {
      mine.check = reports::claim_check(*item.setup, end.run->analytic, *end.run->simulated);
      mine.check->point = item.point;
    }
    const std::lock_guard lock(mutex_);
    progress_bar_.advance(++finished_, items_.size());
    return mine.code == ExitCode::done;
  }

  // All that were checked before the first that did not end well.
  [[nodiscard]] ExitCode conclude() {
    std::vector<ClaimCheck> checks;
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (interrupt_flag().load()) {
        complain("interrupted; nothing is reported");
        return ExitCode::interrupted;
      }
      End& end = ends_[i];
      complain_of(items_[i].file, end.faults);
      if (end.code != ExitCode::done) return end.code;
      checks.push_back(std::move(*end.check));
    }
    const double tolerance = tolerance_of(*line_, 1e-9);
    const std::string file = line_->text("output");
    const std::string csv = line_->text("csv");
    if (file != "-" && csv != "-")
      print(reports::claim_check_tables(checks, tolerance, standard_output_style()));
    if (!file.empty() &&
        !write_result(file, reports::json_text(reports::claim_check_json(checks, tolerance))))
      return ExitCode::unfinished;
    if (!csv.empty() &&
        !write_result(csv, reports::claim_check_csv_text(checks, tolerance, set_columns(*line_))))
      return ExitCode::unfinished;
    const bool hold =
        std::ranges::all_of(checks, [&](const ClaimCheck& one) { return one.holds(tolerance); });
    return hold ? ExitCode::done : ExitCode::check_failed;
  }

  const CommandLine* line_;
  std::size_t jobs_;
  std::vector<Item> items_;
  std::vector<End> ends_;
  std::mutex mutex_;  // guards what follows
  ProgressBar progress_bar_;
  std::size_t finished_ = 0;
};

}  // namespace

ExitCode check_claims(const CommandLine& line) {
  for (const char* option : {"machine", "repeat", "transport", "html"})
    if (line.has(option))
      throw UsageError(fmt::format(
          "--simulate-only: cannot be combined with --{}, as nothing is run for real", option));
  (void)tolerance_of(line, 1);
  ClaimChecks checks(line);
  const ExitCode prepared = checks.prepare();
  if (prepared != ExitCode::done) return prepared;
  const Watchdog watchdog([] { end_interrupted("interrupted; nothing is reported"); });
  return checks.run();
}

}  // namespace lockstep::cli
