#include "cli/execution.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "cli/computed_runs.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "models/algorithm.hpp"
#include "reports/report_json.hpp"
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
  loaded.scenario.mlp = loaded.scenario.numerics.mlp;
  return true;
}

// What depended on time, of all runs; exit code 3 if it cannot be written.
ExitCode write_orders(const std::string& file, const std::vector<Report>& reports) {
  if (file.empty()) return ExitCode::done;
  std::vector<scenarios::LabelledOrder> orders;
  for (const Report& report : reports)
    for (const Run& run : report.runs)
      orders.push_back({run.setup->label, run.setup->ranks(), run.executed->order});
  const std::string error =
      write_output_file(file, reports::json_text(scenarios::orders_json(orders)));
  if (error.empty()) return ExitCode::done;
  complain(fmt::format("{}: cannot be written: {}", file, error));
  return ExitCode::unfinished;
}

}  // namespace

std::optional<std::vector<LoadedScenario>> load_computed(const CommandLine& line,
                                                         SumsByMpi sums_by_mpi) {
  auto all = load_scenario_files(line, scenarios::DataUse::required, sums_by_mpi);
  if (!all) return std::nullopt;
  for (LoadedScenario& one : *all)
    if (!compute_what_is_computed(one)) return std::nullopt;
  return all;
}

Execution::Execution(const CommandLine& line, Executor executor, Role role)
    : executor_(std::move(executor)),
      speaks_(role.speaks),
      keeps_(role.speaks && role.can_end_at_once),
      files_(line),
      order_file_(line.text("order")) {}

bool Execution::ready(const std::vector<LoadedScenario>& all) const { return files_.ready(all); }

ExitCode Execution::run(const std::vector<LoadedScenario>& all) {
  for (const LoadedScenario& loaded : all) {
    const bool interrupted = !run_one(loaded);
    if (speaks_ && !finished_.back().runs.empty()) files_.show(finished_.back());
    if (interrupted) {
      code_ = ExitCode::interrupted;
      complain("interrupted; the runs that were finished are kept");
      break;
    }
  }
  if (finished_.back().runs.empty()) finished_.pop_back();
  const ExitCode written = speaks_ ? write() : ExitCode::done;
  return written == ExitCode::done ? code_ : written;
}

bool Execution::run_one(const LoadedScenario& loaded) {
  Report& report = finished_.emplace_back();
  report.scenario = &loaded.scenario;
  for (const models::Setup& setup : loaded.scenario.runs) {
    const models::Problem problem =
        models::problem_of(setup, loaded.scenario.numerics, loaded.scenario.samples);
    models::Executed executed = executor_(problem);
    report.interrupted = !executed.finished;
    if (report.interrupted) break;
    look_at_loss(loaded, setup, executed.model.quality.loss);
    Run run = {&setup, models::closed_form_of(setup), std::nullopt};
    run.executed = std::move(executed);
    report.runs.push_back(std::move(run));
    keep();
  }
  return !report.interrupted;
}

void Execution::look_at_loss(const LoadedScenario& loaded, const models::Setup& setup,
                             double loss) {
  if (std::isfinite(loss)) return;
  code_ = ExitCode::unfinished;
  complain_of(loaded.file, {{setup.pointer,
                             "the loss is no number in the end; try a smaller "
                             "/training/learning_rate"}});
}

ExitCode Execution::write() const {
  const ExitCode orders = write_orders(order_file_, finished_);
  const ExitCode reports = files_.write(finished_);
  return orders != ExitCode::done ? orders : reports;
}

void Execution::keep() {
  if (!keeps_) return;
  // What cannot be written is tried, and said, once more in the end, by write().
  keeps_ = files_.keep(finished_) == ExitCode::done;
  if (keeps_ && is_replaced_whole(order_file_))
    keeps_ = write_orders(order_file_, finished_) == ExitCode::done;
}

}  // namespace lockstep::cli
