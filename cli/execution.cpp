#include "cli/execution.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/result_file.hpp"
#include "models/cost/algorithm.hpp"
#include "reports/report_json.hpp"
#include "runs/computed_runs.hpp"
#include "scenarios/order_file.hpp"

namespace lockstep::cli {

using reports::Report;
using reports::Run;

namespace {

// The scenario with the network that is computed in place of the one that is costed.
bool compute_what_is_computed(LoadedScenario& loaded) {
  auto runs = computed_runs(loaded.scenario);
  if (!runs) {
    complain_of(loaded.file, runs.faults());
    return false;
  }
  loaded.scenario.runs = std::move(*runs);
  loaded.scenario.forms.clear();
  loaded.scenario.mlp = loaded.scenario.numerics.mlp;
  return true;
}

// What depended on time, of all runs but those whose workers race for parameters that they share:
// these have no order. Exit code 3 if it cannot be written.
ExitCode write_orders(const std::string& file, const std::vector<Report>& reports) {
  if (file.empty()) return ExitCode::done;
  std::vector<scenarios::LabelledOrder> orders;
  for (const Report& report : reports)
    for (const Run& run : report.runs)
      if (!run.setup->algorithm->shared_memory)
        orders.push_back({run.setup->label, run.setup->ranks(), run.executed->order});
  const bool written = write_result(file, reports::json_text(scenarios::orders_json(orders)));
  return written ? ExitCode::done : ExitCode::unfinished;
}

}  // namespace

std::optional<std::vector<LoadedScenario>> load_computed(const CommandLine& line,
                                                         SumsByMpi sums_by_mpi) {
  auto all = load_scenario_files(line, scenarios::DataUse::required, scenarios::FailureUse::refused,
                                 sums_by_mpi);
  if (!all) return std::nullopt;
  for (LoadedScenario& one : *all)
    if (!compute_what_is_computed(one)) return std::nullopt;
  return all;
}

Execution::Execution(const CommandLine& line, Executor executor, Role role)
    : executor_(std::move(executor)),
      speaks_(role.speaks),
      keeps_(role.speaks && role.can_end_at_once),
      ends_alone_(!role.can_end_at_once),
      files_(line) {}

bool Execution::ready(const std::vector<LoadedScenario>& all) const { return files_.ready(all); }

ExitCode Execution::run(const std::vector<LoadedScenario>& all) {
  std::size_t runs = 0;
  for (const LoadedScenario& loaded : all) runs += loaded.scenario.runs.size();
  FinishedRuns finished(speaks_ ? &files_ : nullptr, runs,
                        [this](const auto& reports) { return write(reports); });
  std::optional<Watchdog> watchdog;
  if (ends_alone_) watchdog.emplace([&] { finished.end_interrupted(); });
  for (const LoadedScenario& loaded : all)
    if (!run_one(loaded, finished)) {
      code_ = ExitCode::interrupted;
      break;
    }
  return finished.conclude(code_);
}

bool Execution::run_one(const LoadedScenario& loaded, FinishedRuns& finished) {
  finished.begin(loaded.scenario);
  bool interrupted = false;
  for (const models::Setup& setup : loaded.scenario.runs) {
    const models::Problem problem =
        models::problem_of(setup, loaded.scenario.numerics, loaded.scenario.samples);
    models::Executed executed = executor_(problem);
    interrupted = !executed.finished;
    if (interrupted) break;
    look_at_loss(loaded, setup, executed.model.quality.loss);
    Run run = {&setup, models::closed_form_of(setup), std::nullopt};
    run.executed = std::move(executed);
    finished.add(std::move(run));
    keep(finished.reports());
  }
  finished.end_scenario(interrupted);
  return !interrupted;
}

void Execution::look_at_loss(const LoadedScenario& loaded, const models::Setup& setup,
                             double loss) {
  if (std::isfinite(loss)) return;
  code_ = ExitCode::unfinished;
  complain_of(loaded.file,
              {{setup.pointer,
                "the final loss is not a finite number; try a smaller /training/learning_rate"}});
}

ExitCode Execution::write(const std::vector<Report>& reports) const {
  if (!speaks_ || reports.empty()) return ExitCode::done;
  const ExitCode orders = write_orders(files_.order_file(), reports);
  const ExitCode written = files_.write(reports);
  return orders != ExitCode::done ? orders : written;
}

void Execution::keep(const std::vector<Report>& so_far) {
  if (!keeps_) return;
  // What cannot be written is tried, and said, once more in the end, by write().
  keeps_ = files_.keep(so_far) == ExitCode::done;
  const std::string& order_file = files_.order_file();
  if (keeps_ && !order_file.empty() && is_replaced_whole(order_file))
    keeps_ = write_orders(order_file, so_far) == ExitCode::done;
}

}  // namespace lockstep::cli
