#include "reports/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "models/cost/algorithm.hpp"
#include "reports/comparison.hpp"
#include "reports/replicates.hpp"
#include "reports/text.hpp"

namespace lockstep::reports {

using models::TimeClaim;

namespace {

using Cells = CsvCells;

std::string optional_number(const std::optional<double>& value) {
  return value ? round_trip(*value) : std::string();
}

const Cells run_header = {"scenario",
                          "algorithm",
                          "label",
                          "workers",
                          "servers",
                          "hosts",
                          "iterations",
                          "global_batch",
                          "time_per_iteration_s",
                          "samples_per_s",
                          "speedup",
                          "efficiency",
                          "analytic_time_s",
                          "time_is",
                          "simulated_time_s",
                          "analytic_flops",
                          "simulated_flops",
                          "analytic_bytes",
                          "simulated_bytes",
                          "analytic_messages",
                          "simulated_messages",
                          "events",
                          "memory_bytes_per_worker",
                          "staleness_mean",
                          "staleness_max",
                          "staleness_is",
                          "approximation"};

Cells run_row(const scenarios::Scenario& scenario, const Run& run) {
  const models::Setup& setup = *run.setup;
  const models::ClosedForm& analytic = run.analytic;
  const Comparison comparison = compare(run);
  const bool ran = run.simulated.has_value();
  const auto simulated = [&](auto text_of) {
    return ran ? text_of(*run.simulated) : std::string();
  };
  const models::ClaimedStaleness& claimed = analytic.staleness;
  const models::Staleness staleness =
      ran ? run.simulated->staleness : models::Staleness{claimed.mean, claimed.max};
  using Simulated = models::Simulated;
  return {csv_name(scenario.name),
          std::string(setup.algorithm->kind),
          csv_name(setup.label),
          std::to_string(setup.workers),
          std::to_string(setup.servers),
          std::to_string(comparison.hosts),
          std::to_string(setup.training.iterations),
          std::to_string(setup.global_batch),
          round_trip(comparison.time_per_iteration_s),
          round_trip(comparison.samples_per_s),
          optional_number(comparison.speedup),
          optional_number(comparison.efficiency),
          round_trip(analytic.makespan.seconds()),
          std::string(claim_word(analytic.claim)),
          simulated([](const Simulated& s) { return round_trip(s.makespan.seconds()); }),
          count_text(analytic.flops.total()),
          simulated([](const Simulated& s) { return count_text(s.flops.total()); }),
          count_text(analytic.bytes),
          simulated([](const Simulated& s) { return count_text(s.bytes); }),
          count_text(analytic.messages),
          simulated([](const Simulated& s) { return count_text(s.messages); }),
          simulated([](const Simulated& s) { return std::to_string(s.events); }),
          count_text(analytic.memory.total()),
          round_trip(staleness.mean),
          std::to_string(staleness.max),
          std::string(ran ? "simulated"
                          : claim_word(claimed.exact ? TimeClaim::exact : TimeClaim::upper_bound)),
          models::approximation_of(setup)};
}

// Columns that only several seeds have.
const Cells replicates_header = {"replicates", "makespan_mean_s", "makespan_low_s",
                                 "makespan_high_s"};

Cells replicates_row(const Run& run) {
  if (!is_replicated(run)) return {"", "", "", ""};
  const Spread spread = spread_of(run);
  return {std::to_string(run.replicates.size()), round_trip(spread.mean), round_trip(spread.low),
          round_trip(spread.high)};
}

// Columns that only runs on data have. Of a real run, what it took beside what was learnt.
const Cells training_header = {"final_loss",       "final_accuracy",    "target_accuracy",
                               "time_to_target_s", "samples_to_target", "diverged",
                               "measured_s"};

bool is_trained(const Run& run) { return run.trained || run.executed; }

Cells training_row(const Report& report, const Run& run) {
  const auto& target = report.scenario->numerics.target_accuracy;
  if (run.executed) {
    const models::Executed& executed = *run.executed;
    return {round_trip(executed.model.quality.loss),
            round_trip(executed.model.quality.accuracy),
            "",
            "",
            "",
            "",
            round_trip(executed.wall_s)};
  }
  if (!run.trained) return Cells(training_header.size());
  const models::Trained& trained = *run.trained;
  const models::LossCurve& curve = trained.curve;
  return {curve.loss.empty() ? "" : round_trip(curve.loss.back()),
          curve.accuracy.empty() ? "" : round_trip(curve.accuracy.back()),
          optional_number(target),
          optional_number(trained.time_to_target_s),
          trained.samples_to_target ? std::to_string(*trained.samples_to_target) : "",
          trained.diverged ? "true" : "false",
          ""};
}

const Cells flow_header = {"scenario", "from", "to", "bytes", "start_s", "finish_s"};

Cells flow_row(const Report& report, std::size_t index) {
  const topologies::RawFlow& flow = report.scenario->traffic[index];
  const auto& nodes = report.scenario->cluster.topology->nodes;
  return {csv_name(report.scenario->name),
          csv_name(nodes[static_cast<std::size_t>(flow.from)]),
          csv_name(nodes[static_cast<std::size_t>(flow.to)]),
          std::to_string(flow.bytes),
          round_trip(flow.start.seconds()),
          round_trip(report.traffic->finish[index].seconds())};
}

}  // namespace

std::string_view claim_word(models::TimeClaim claim) {
  switch (claim) {
    case TimeClaim::exact:
      return "exact";
    case TimeClaim::lower_bound:
      return "lower_bound";
    case TimeClaim::upper_bound:
      return "upper_bound";
    case TimeClaim::estimate:
      break;
  }
  return "estimate";
}

std::string csv_name(std::string_view text) {
  using namespace std::string_view_literals;
  const std::string shown = printable(text);
  const std::size_t first = std::min(shown.find_first_not_of(' '), shown.size());
  const std::string_view rest = std::string_view(shown).substr(first);
  constexpr std::array formulas = {"="sv, "+"sv, "-"sv, "@"sv, "＝"sv, "＋"sv, "－"sv, "＠"sv};
  const bool calculates =
      std::ranges::any_of(formulas, [&](std::string_view sign) { return rest.starts_with(sign); });
  return calculates ? "'" + shown : shown;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char character : text) {
    if (character == '"') result += '"';
    result += character;
  }
  return result + '"';
}

std::string csv_line(CsvCells cells, const CsvCells& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  std::string result;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) result += ',';
    result += csv_cell(cell);
  }
  return result + "\r\n";
}

CsvCells csv_names(const std::vector<CsvColumn>& columns) {
  CsvCells names;
  for (const CsvColumn& column : columns) names.push_back(csv_name(column.name));
  return names;
}

CsvCells csv_values(const std::vector<CsvColumn>& columns) {
  CsvCells values;
  for (const CsvColumn& column : columns) values.push_back(csv_name(column.value));
  return values;
}

std::string csv_text(const std::vector<Report>& reports, const std::vector<CsvColumn>& set) {
  const bool flows = !reports.empty() && reports.front().traffic.has_value();
  const auto any_run = [&](bool (*is)(const Run&)) {
    return std::ranges::any_of(
        reports, [&](const Report& report) { return std::ranges::any_of(report.runs, is); });
  };
  const bool replicated = any_run(is_replicated);
  const bool trained = any_run(is_trained);
  const auto with = [&](Cells cells, const Cells& of_replicates, const Cells& of_training) {
    if (replicated) cells.insert(cells.end(), of_replicates.begin(), of_replicates.end());
    if (trained) cells.insert(cells.end(), of_training.begin(), of_training.end());
    return cells;
  };
  std::string result = csv_line(
      flows ? flow_header : with(run_header, replicates_header, training_header), csv_names(set));
  for (const Report& report : reports) {
    for (const Run& run : report.runs)
      result += csv_line(
          with(run_row(*report.scenario, run), replicates_row(run), training_row(report, run)),
          csv_values(set));
    for (std::size_t i = 0; report.traffic && i < report.traffic->finish.size(); ++i)
      result += csv_line(flow_row(report, i), csv_values(set));
  }
  return result;
}

}  // namespace lockstep::reports
