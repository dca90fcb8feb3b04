#include "reports/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/report_json.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::Checked;

namespace {

// Real times that are nearer than this are not told apart.
constexpr double margin = 0.15;

struct Summary {
  double median_error = 0;
  double worst_error = 0;
  double correlation = 1;
  models::OrderKept order;
};

Summary summary_of(const CheckReport& report) {
  Summary summary;
  std::vector<double> errors;
  std::vector<double> measured;
  std::vector<double> predicted;
  for (const CheckReport::Row& row : report.rows) {
    errors.push_back(std::abs(row.checked.time_error()));
    measured.push_back(row.checked.comparable_s());
    predicted.push_back(row.checked.predicted_s());
  }
  summary.correlation = models::rank_correlation(measured, predicted);
  // Which algorithm is faster is asked of one point at a time.
  for (std::size_t first = 0; first < report.rows.size();) {
    std::size_t end = first;
    while (end < report.rows.size() && report.rows[end].point == report.rows[first].point) ++end;
    const models::OrderKept kept =
        models::order_kept(std::span(measured).subspan(first, end - first),
                           std::span(predicted).subspan(first, end - first), margin);
    summary.order.pairs += kept.pairs;
    summary.order.swapped += kept.swapped;
    first = end;
  }
  if (errors.empty()) return summary;
  std::sort(errors.begin(), errors.end());
  summary.median_error = errors[errors.size() / 2];
  summary.worst_error = errors.back();
  return summary;
}

std::string signed_percent(double share) { return fmt::format("{:+.0f} %", 100 * share); }

std::string point_table(std::span<const CheckReport::Row> rows, Style style) {
  Table table({{"algorithm", Align::left},
               {"closed form"},
               {"simulated"},
               {"measured"},
               {"speed"},
               {"error"},
               {"noise"},
               {"counts", Align::left},
               {"numbers", Align::left}});
  std::string reasons;
  for (const CheckReport::Row& row : rows) {
    const Checked& checked = row.checked;
    const std::string label = shorten(printable(row.label), 26);
    table.add_row({label, format_seconds(checked.form.makespan.seconds()),
                   format_seconds(checked.predicted_s()), format_seconds(checked.measured_s()),
                   fmt::format("{:.2f}", checked.speed), signed_percent(checked.time_error()),
                   fmt::format("{:.0f} %", 100 * checked.noise),
                   std::string(name_of(checked.counts)), std::string(name_of(checked.parameters))});
    if (!checked.reason.empty()) reasons += fmt::format("  {}: {}\n", label, checked.reason);
  }
  return table.text(style) + (reasons.empty() ? "" : "\n" + reasons);
}

}  // namespace

bool CheckReport::holds(double tolerance) const {
  return std::ranges::all_of(rows, [tolerance](const Row& row) {
    return row.checked.same() && row.checked.beyond_noise() <= tolerance;
  });
}

std::string check_tables(const CheckReport& report, double tolerance, Style style) {
  std::string text;
  for (std::size_t first = 0; first < report.rows.size();) {
    std::size_t end = first;
    while (end < report.rows.size() && report.rows[end].point == report.rows[first].point) ++end;
    if (!report.rows[first].point.empty())
      text += heading(printable(report.rows[first].point), style) + "\n";
    text += point_table(std::span(report.rows).subspan(first, end - first), style) + "\n";
    first = end;
  }
  const Summary summary = summary_of(report);
  text += fmt::format(
      "speed: machine speed relative to calibration; error: corrected for that speed;\n"
      "numbers: all parameters compared\n"
      "time: median error {:.0f} %, worst {:.0f} % (tolerance {:.0f} %); rank correlation {:.3f};\n"
      "order correct for {} of {} pairs within a table whose times differ by more than {:.0f} %\n",
      100 * summary.median_error, 100 * summary.worst_error, 100 * tolerance, summary.correlation,
      summary.order.pairs - summary.order.swapped, summary.order.pairs, 100 * margin);
  const auto differ = std::ranges::count_if(
      report.rows, [](const CheckReport::Row& row) { return !row.checked.same(); });
  if (differ > 0) text += fmt::format("{} runs differ in counts or parameters\n", differ);
  return text;
}

scenarios::Json check_json(const CheckReport& report) {
  const Summary summary = summary_of(report);
  Json json = {{"schema", 1},
               {"median_time_error", summary.median_error},
               {"worst_time_error", summary.worst_error},
               {"rank_correlation", summary.correlation},
               {"pairs_apart", summary.order.pairs},
               {"pairs_swapped", summary.order.swapped},
               {"runs", Json::array()}};
  for (const CheckReport::Row& row : report.rows) {
    const Checked& checked = row.checked;
    Json run = {{"label", row.label}};
    if (!row.point.empty()) run["point"] = row.point;
    run.update({{"closed_form_s", checked.form.makespan.seconds()},
                {"simulated_s", checked.predicted_s()},
                {"measured_s", checked.measured_s()},
                {"all_measured_s", checked.walls_s},
                {"speed", checked.speed},
                {"time_error", checked.time_error()},
                {"noise", checked.noise},
                {"counts", name_of(checked.counts)},
                {"parameters", name_of(checked.parameters)},
                {"flops", count_json(checked.executed.flops.total())},
                {"bytes", count_json(checked.executed.bytes)},
                {"messages", count_json(checked.executed.messages)},
                {"parameters_sha256", checked.executed.model.sha256}});
    if (!checked.reason.empty()) run["reason"] = checked.reason;
    json["runs"].push_back(std::move(run));
  }
  return json;
}

}  // namespace lockstep::reports
