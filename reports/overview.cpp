#include "reports/overview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/critical_path.hpp"
#include "reports/execution_table.hpp"
#include "reports/goodput.hpp"
#include "reports/rank_order.hpp"
#include "reports/replicates.hpp"
#include "reports/run_tables.hpp"
#include "reports/scenario_words.hpp"
#include "reports/text.hpp"
#include "reports/training_table.hpp"
#include "reports/verdict.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

// "1.6 GB/s", over the whole life of the flow, latency included.
std::string rate_text(const topologies::RawFlow& flow, Picoseconds finish) {
  const double seconds = (finish - flow.start).seconds();
  return seconds > 0 ? format_bits_per_second(static_cast<double>(flow.bytes) / seconds) : "-";
}

std::string flow_table(const Report& report, Style style) {
  Table table(
      {{"from", Align::left}, {"to", Align::left}, {"bytes"}, {"start"}, {"finish"}, {"rate"}});
  const auto& nodes = report.scenario->cluster.topology->nodes;
  for (std::size_t i = 0; i < report.scenario->traffic.size(); ++i) {
    const topologies::RawFlow& flow = report.scenario->traffic[i];
    const Picoseconds finish = report.traffic->finish[i];
    table.add_row(
        {nodes[static_cast<std::size_t>(flow.from)], nodes[static_cast<std::size_t>(flow.to)],
         format_bytes(static_cast<double>(flow.bytes)), format_seconds(flow.start.seconds()),
         format_seconds(finish.seconds()), rate_text(flow, finish)});
  }
  return table.text(style);
}

}  // namespace

std::string overview_text(const Report& report, Style style) {
  const scenarios::Scenario& scenario = *report.scenario;
  std::string result = heading(printable(scenario.name), style) + "\n";
  if (const std::string verdict = verdict_text(report.verdict, style); !verdict.empty())
    result += "\n" + verdict + "\n";
  result += hanging("cluster:  ", cluster_text(*report.scenario), style);
  if (report.traffic) return result + "\n" + flow_table(report, style);
  result += hanging("model:    ", model_text(scenario), style);
  result += hanging("training: ", training_text(scenario.training), style);
  const bool executed = std::any_of(report.runs.begin(), report.runs.end(),
                                    [](const Run& run) { return run.executed.has_value(); });
  if (executed) return result + "\n" + execution_table(report, style);
  const bool trained = std::any_of(report.runs.begin(), report.runs.end(),
                                   [](const Run& run) { return run.trained.has_value(); });
  if (trained) result += "\n" + training_table(report, style);
  result += "\n" + speed_table(report, style) + "\n" + cost_table(report, style) + "\n" +
            claim_table(report, style) + "\n";
  if (const std::string orders = rank_order_text(report, style); !orders.empty())
    result += orders + "\n";
  if (const std::string goodput = goodput_table(report, style); !goodput.empty())
    result += goodput + "\n";
  if (const std::string replicates = replicates_table(report, style); !replicates.empty())
    result += replicates + "\n";
  const std::string critical_path = critical_path_tables(report, style);
  if (!critical_path.empty()) result += critical_path + "\n";
  return result + optimal_workers_text(report, style) + approximations(report, style);
}

}  // namespace lockstep::reports
