#include "reports/execution_table.hpp"

#include <fmt/format.h>

#include "reports/label_cell.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::Executed;
using models::RankUse;

namespace {

// The share of all workers' time that went into one thing.
std::string share(const Run& run, double RankUse::* part) {
  double sum_s = 0;
  double all_s = 0;
  for (int rank = 0; rank < run.setup->workers; ++rank) {
    const RankUse& use = run.executed->ranks[static_cast<std::size_t>(rank)];
    sum_s += use.*part;
    all_s += use.wall_s;
  }
  return all_s > 0 ? fmt::format("{:.0f} %", 100 * sum_s / all_s) : "-";
}

std::string counts_text(const Run& run) {
  const Executed& executed = *run.executed;
  const models::ClosedForm& form = run.analytic;
  if (executed.flops == form.flops && executed.bytes == form.bytes &&
      executed.messages == form.messages)
    return "equal";
  return form.counts_exact ? "differ" : "within bound";
}

}  // namespace

std::string execution_table(const Report& report, Style style) {
  Table table({{"algorithm", Align::left},
               {"iteration"},
               {"quartiles"},
               {"compute"},
               {"copy"},
               {"wait"},
               {"loss"},
               {"accuracy"},
               {"counts", Align::left}});
  for (const Run* each : best_first(report)) {
    const Run& run = *each;
    const Executed& executed = *run.executed;
    table.add_row({label_cell(run, style), format_seconds(executed.quantile_s(0.5)),
                   fmt::format("{} to {}", format_seconds(executed.quantile_s(0.25)),
                               format_seconds(executed.quantile_s(0.75))),
                   share(run, &RankUse::compute_s), share(run, &RankUse::communication_s),
                   share(run, &RankUse::wait_s), fmt::format("{:.4f}", executed.model.quality.loss),
                   fmt::format("{:.1f} %", 100 * executed.model.quality.accuracy),
                   counts_text(run)});
  }
  return table.text(style);
}

Json executed_json(const Run& run) {
  const Executed& executed = *run.executed;
  Json json = {{"transport", std::string(models::name_of(executed.transport))},
               {"wall_s", executed.wall_s}};
  json["iteration_s"] = {{"median", executed.quantile_s(0.5)},
                         {"first_quartile", executed.quantile_s(0.25)},
                         {"third_quartile", executed.quantile_s(0.75)},
                         {"least", executed.quantile_s(0)},
                         {"most", executed.quantile_s(1)}};
  for (const models::ComputeKind kind : models::compute_kinds)
    json["flops"][std::string(models::name_of(kind))] = count_json(executed.flops[kind]);
  json["flops"]["total"] = count_json(executed.flops.total());
  json["bytes"] = count_json(executed.bytes);
  json["messages"] = count_json(executed.messages);
  json["ranks"] = Json::array();
  for (const RankUse& use : executed.ranks)
    json["ranks"].push_back({{"wall_s", use.wall_s},
                             {"compute_s", use.compute_s},
                             {"communication_s", use.communication_s},
                             {"wait_s", use.wait_s}});
  json["training_loss"] = executed.training_loss;
  json["final_loss"] = executed.model.quality.loss;
  json["final_accuracy"] = executed.model.quality.accuracy;
  json["parameters_sha256"] = executed.model.sha256;
  return json;
}

}  // namespace lockstep::reports
