#include "reports/report_json.hpp"

#include <limits>

#include "models/cost/algorithm.hpp"
#include "reports/comparison.hpp"
#include "reports/critical_path.hpp"
#include "reports/execution_table.hpp"
#include "reports/goodput.hpp"
#include "reports/rank_order.hpp"
#include "reports/replicates.hpp"
#include "reports/training_table.hpp"
#include "reports/verdict.hpp"
#include "reports/version.hpp"

namespace lockstep::reports {

using models::ClosedForm;
using models::FlopCounts;
using models::HostUse;
using models::Memory;
using models::Simulated;
using models::TimeClaim;

namespace {

Json flops_json(const FlopCounts& flops) {
  Json json;
  for (const models::ComputeKind kind : models::compute_kinds)
    json[std::string(models::name_of(kind))] = count_json(flops[kind]);
  json["total"] = count_json(flops.total());
  return json;
}

Json memory_json(const Memory& memory) {
  return {
      {"parameters", count_json(memory.parameters)},   {"gradients", count_json(memory.gradients)},
      {"activations", count_json(memory.activations)}, {"versions", count_json(memory.versions)},
      {"buffers", count_json(memory.buffers)},         {"total", count_json(memory.total())}};
}

Json staleness_json(const models::Staleness& staleness) {
  return {{"mean", staleness.mean}, {"max", staleness.max}};
}

Json staleness_json(const models::ClaimedStaleness& staleness) {
  Json json = {{"mean", staleness.mean}, {"max", staleness.max}};
  json["is"] = staleness.exact ? "exact" : "bound";
  if (!staleness.exact) json["bound"] = "upper";
  return json;
}

void add_optimal_workers(Json& json, const models::OptimalWorkers& optimal) {
  json["optimal_workers"] = nullptr;
  if (optimal.workers) json["optimal_workers"] = *optimal.workers;
  json["optimal_workers_by"] = optimal.of_time ? "time_s" : "samples_per_s";
  if (!optimal.workers) json["optimal_workers_reason"] = optimal.reason;
}

void add_claim(Json& json, const ClosedForm& analytic) {
  switch (analytic.claim) {
    case TimeClaim::exact:
      json["time_is"] = "exact";
      break;
    case TimeClaim::lower_bound:
    case TimeClaim::upper_bound:
      json["time_is"] = "bound";
      json["bound"] = analytic.claim == TimeClaim::lower_bound ? "lower" : "upper";
      break;
    case TimeClaim::estimate:
      json["time_is"] = "estimate";
      break;
  }
  if (!analytic.leaves_out.empty()) json["leaves_out"] = analytic.leaves_out;
  if (!analytic.rough.empty()) json["rough"] = analytic.rough;
}

Json analytic_json(const Run& run) {
  const ClosedForm& analytic = run.analytic;
  Json json;
  json["flops"] = flops_json(analytic.flops);
  json["bytes"] = count_json(analytic.bytes);
  json["messages"] = count_json(analytic.messages);
  json["counts_are"] = analytic.counts_exact ? "exact" : "bound";
  json["time_s"] = analytic.makespan.seconds();
  add_claim(json, analytic);
  json["memory_bytes_per_worker"] = memory_json(analytic.memory);
  if (run.setup->servers > 0) json["memory_bytes_per_server"] = memory_json(analytic.server_memory);
  json["staleness"] = staleness_json(analytic.staleness);
  json["approximation"] = models::approximation_of(*run.setup);
  if (run.optimal_workers) add_optimal_workers(json, *run.optimal_workers);
  return json;
}

Json hosts_json(const std::vector<HostUse>& hosts) {
  Json json = Json::array();
  for (const HostUse& host : hosts) {
    json.push_back({{"compute_s", host.compute.seconds()},
                    {"communication_s", host.communication.seconds()},
                    {"exposed_communication_s", host.exposed_communication.seconds()},
                    {"idle_s", host.idle.seconds()}});
  }
  return json;
}

Json simulated_json(const Run& run) {
  const Simulated& simulated = *run.simulated;
  Json json;
  json["makespan_s"] = simulated.makespan.seconds();
  json["samples_per_s"] = samples_per_s(run);
  json["flops"] = flops_json(simulated.flops);
  json["bytes"] = count_json(simulated.bytes);
  json["messages"] = count_json(simulated.messages);
  json["events"] = simulated.events;
  if (const models::StepsTaken& steps = simulated.steps; steps.any()) {
    json["steps"] = {{"as_events", steps.steps},
                     {"collectives", steps.whole},
                     {"collectives_by_messages", steps.message_by_message}};
    if (!steps.why_not.empty()) json["steps"]["by_messages_because"] = steps.why_not;
  }
  if (simulated.bubble_rate) json["bubble_rate"] = *simulated.bubble_rate;
  json["workers"] = hosts_json(simulated.workers);
  if (!simulated.servers.empty()) json["servers"] = hosts_json(simulated.servers);
  json["staleness"] = staleness_json(simulated.staleness);
  json["staleness"]["histogram"] = simulated.staleness_histogram;
  return json;
}

Json links_json(const Run& run) {
  const topologies::Topology& topology = *run.setup->cluster.topology;
  const double makespan_s = run.simulated->makespan.seconds();
  Json json = Json::array();
  for (const models::ChannelUse& use : run.simulated->channels) {
    const topologies::Channel& channel = topology.channels[static_cast<std::size_t>(use.channel)];
    const double most_bytes = channel.bytes_per_s * makespan_s;
    json.push_back({{"from", topology.nodes[static_cast<std::size_t>(channel.from)]},
                    {"to", topology.nodes[static_cast<std::size_t>(channel.to)]},
                    {"bytes", count_json(use.bytes)},
                    {"busy_s", use.busy.seconds()},
                    {"utilization", most_bytes > 0 ? to_double(use.bytes) / most_bytes : 0.0}});
    const topologies::Link& link = topology.links[static_cast<std::size_t>(channel.link)];
    if (link.role != 0) json.back()["role"] = topology.link_roles[link.role];
  }
  return json;
}

Json comparison_json(const Run& run) {
  const Comparison comparison = compare(run);
  Json json = {{"time_per_iteration_s", comparison.time_per_iteration_s},
               {"samples_per_s", comparison.samples_per_s}};
  if (comparison.speedup) json["speedup"] = *comparison.speedup;
  if (comparison.efficiency) json["efficiency"] = *comparison.efficiency;
  json["hosts"] = comparison.hosts;
  return json;
}

Json run_json(const Report& report, const Run& run) {
  Json json;
  json["algorithm"] = run.setup->algorithm->kind;
  json["label"] = run.setup->label;
  json["workers"] = run.setup->workers;
  if (run.setup->servers > 0) json["servers"] = run.setup->servers;
  json["analytic"] = analytic_json(run);
  if (run.simulated) {
    json["simulated"] = simulated_json(run);
    json["links"] = links_json(run);
  }
  if (run.rank_order) json["rank_order"] = rank_order_json(run);
  if (run.goodput) json["goodput"] = goodput_json(run);
  if (is_replicated(run)) json["replicates"] = replicates_json(report, run);
  if (run.critical_path && run.critical_path->in_report)
    json["critical_path"] = critical_path_json(run);
  else if (!run.critical_path_left_out.empty())
    json["critical_path_left_out"] = run.critical_path_left_out;
  if (run.trained) json["loss"] = loss_json(report, run);
  if (run.executed) json["executed"] = executed_json(run);
  if (!run.executed) json["comparison"] = comparison_json(run);
  return json;
}

Json traffic_json(const Report& report) {
  const auto& nodes = report.scenario->cluster.topology->nodes;
  Json json = Json::array();
  for (std::size_t i = 0; i < report.scenario->traffic.size(); ++i) {
    const topologies::RawFlow& flow = report.scenario->traffic[i];
    json.push_back({{"from", nodes[static_cast<std::size_t>(flow.from)]},
                    {"to", nodes[static_cast<std::size_t>(flow.to)]},
                    {"bytes", flow.bytes},
                    {"start_s", flow.start.seconds()},
                    {"finish_s", report.traffic->finish[i].seconds()}});
  }
  return json;
}

Json warnings_json(const Faults& warnings) {
  Json json = Json::array();
  for (const Fault& warning : warnings)
    json.push_back({{"pointer", warning.pointer}, {"message", warning.message}});
  return json;
}

}  // namespace

Json count_json(Count count) {
  if (count >= 0 && count <= Count{std::numeric_limits<std::uint64_t>::max()})
    return static_cast<std::uint64_t>(count);
  if (count < 0 && count >= Count{std::numeric_limits<std::int64_t>::min()})
    return static_cast<std::int64_t>(count);
  return to_double(count);
}

Json report_json(const Report& report) {
  Json json;
  json["schema"] = 1;
  json["version"] = version;
  json["scenario"] = report.scenario->resolved;
  if (report.interrupted) json["interrupted"] = true;
  if (!report.scenario->warnings.empty())
    json["warnings"] = warnings_json(report.scenario->warnings);
  if (report.traffic) {
    json["traffic"] = traffic_json(report);
    return json;
  }
  if (!report.verdict.order.empty()) json["verdict"] = verdict_json(report.verdict);
  json["runs"] = Json::array();
  for (const Run& run : report.runs) json["runs"].push_back(run_json(report, run));
  return json;
}

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lockstep::reports
