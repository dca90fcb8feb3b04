#include "reports/replicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

double quantile_of(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> makespans_of(const Run& run) {
  std::vector<double> makespans_s;
  for (const Picoseconds makespan : run.replicates) makespans_s.push_back(makespan.seconds());
  return makespans_s;
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const auto count = static_cast<double>(values.size());
  Spread spread;
  spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  // Equal values sum up to others, rounded: they have no spread.
  spread.mean = std::clamp(spread.mean, values.front(), values.back());
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  const boost::math::students_t_distribution<double> student(count - 1);
  const double half = boost::math::quantile(student, (1 + confidence) / 2) *
                      std::sqrt(squares / (count - 1) / count);
  spread.low = spread.mean - half;
  spread.high = spread.mean + half;
  spread.least = values.front();
  spread.most = values.back();
  for (std::size_t i = 0; i < quantile_probabilities.size(); ++i)
    spread.quantiles[i] = quantile_of(values, quantile_probabilities[i]);
  return spread;
}

bool is_replicated(const Run& run) { return run.replicates.size() >= 2; }

Spread spread_of(const Run& run) { return spread_of(makespans_of(run)); }

bool overlap(const Spread& a, const Spread& b) { return a.low <= b.high && b.low <= a.high; }

std::string replicates_table(const Report& report, Style style) {
  Table table(
      {{"algorithm", Align::left}, {"mean"}, {"95 % interval"}, {"5 %"}, {"median"}, {"95 %"}});
  std::vector<std::pair<std::string, Spread>> spreads;
  std::size_t count = 0;
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    if (!is_replicated(run)) continue;
    count = run.replicates.size();
    const Spread spread = spread_of(run);
    spreads.emplace_back(label_cell(run, style), spread);
    table.add_row({label_cell(run, style), format_seconds(spread.mean),
                   format_seconds(spread.low) + " to " + format_seconds(spread.high),
                   format_seconds(spread.quantiles[0]), format_seconds(spread.quantiles[2]),
                   format_seconds(spread.quantiles[4])});
  }
  if (spreads.empty()) return {};
  std::string text = table.text(style);
  text += hanging("",
                  fmt::format("makespans of {} seeds; the interval holds the mean of all seeds "
                              "with a probability of 95 %. All other tables are of the first "
                              "seed.",
                              count),
                  style);
  for (std::size_t i = 0; i < spreads.size(); ++i)
    for (std::size_t j = i + 1; j < spreads.size(); ++j)
      if (overlap(spreads[i].second, spreads[j].second))
        text += hanging("",
                        fmt::format("{} and {}: no difference that {} runs can tell",
                                    spreads[i].first, spreads[j].first, count),
                        style);
  return text;
}

Json replicates_json(const Report& report, const Run& run) {
  const Spread spread = spread_of(run);
  Json quantiles = Json::object();
  for (std::size_t i = 0; i < quantile_probabilities.size(); ++i)
    quantiles[fmt::format("{}", quantile_probabilities[i])] = spread.quantiles[i];
  Json equal = Json::array();
  for (const Run& other : report.runs)
    if (&other != &run && is_replicated(other) && overlap(spread, spread_of(other)))
      equal.push_back(other.setup->label);
  return {{"count", run.replicates.size()},
          {"first_seed", run.setup->training.seed},
          {"makespan_s",
           {{"mean", spread.mean},
            {"confidence", confidence},
            {"low", spread.low},
            {"high", spread.high},
            {"least", spread.least},
            {"most", spread.most},
            {"quantiles", std::move(quantiles)}}},
          {"makespans_s", makespans_of(run)},
          {"no_difference_from", std::move(equal)}};
}

}  // namespace lockstep::reports
