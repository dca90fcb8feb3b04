#include "reports/sweep_line.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "models/readers/numerics/sha256.hpp"
#include "reports/comparison.hpp"
#include "reports/csv.hpp"
#include "reports/report_json.hpp"
#include "reports/version.hpp"

namespace lockstep::reports {

using scenarios::Json;

namespace {

// What workers did with the time, each on average.
void add_time_of_workers(Json& json, const models::Simulated& simulated) {
  const auto add = [&](const char* name, Picoseconds models::HostUse::* part) {
    double sum_s = 0;
    for (const models::HostUse& worker : simulated.workers) sum_s += (worker.*part).seconds();
    json[name] = sum_s / static_cast<double>(simulated.workers.size());
  };
  add("compute_s", &models::HostUse::compute);
  add("communication_s", &models::HostUse::communication);
  add("exposed_communication_s", &models::HostUse::exposed_communication);
  add("idle_s", &models::HostUse::idle);
}

void add_comparison(Json& json, const Run& run) {
  const Comparison comparison = compare(run);
  json["hosts"] = comparison.hosts;
  json["iterations"] = run.setup->training.iterations;
  json["global_batch"] = run.setup->global_batch;
  json["time_per_iteration_s"] = comparison.time_per_iteration_s;
  json["samples_per_s"] = comparison.samples_per_s;
  if (comparison.speedup) json["speedup"] = *comparison.speedup;
  if (comparison.efficiency) json["efficiency"] = *comparison.efficiency;
}

template <class Counted>
void add_counts(Json& json, const Counted& counted) {
  json["flops"] = count_json(counted.flops.total());
  json["bytes"] = count_json(counted.bytes);
  json["messages"] = count_json(counted.messages);
}

void add_simulated(Json& json, const Run& run) {
  const models::Simulated& simulated = *run.simulated;
  json["simulated_time_s"] = simulated.makespan.seconds();
  if (run.goodput && std::isfinite(run.goodput->wall_s)) json["wall_s"] = run.goodput->wall_s;
  add_counts(json, simulated);
  json["events"] = simulated.events;
  json["staleness_mean"] = simulated.staleness.mean;
  json["staleness_max"] = simulated.staleness.max;
  add_time_of_workers(json, simulated);
}

}  // namespace

std::string sweep_identity(const Json& resolved, bool closed_forms_only) {
  const Json all = {{"version", version}, {"cost", closed_forms_only}, {"scenario", resolved}};
  return models::sha256(all.dump(-1, ' ', false, Json::error_handler_t::replace)).substr(0, 16);
}

Json sweep_line_head(const std::string& identity, const scenarios::Sweep& sweep,
                     std::size_t point) {
  Json at = Json::object();
  for (const scenarios::SweptValue& each : sweep.at(point)) at[each.swept->pointer] = each.value();
  return {{"sweep", identity}, {"point", point}, {"at", std::move(at)}};
}

Json sweep_run_json(const Run& run) {
  const models::ClosedForm& analytic = run.analytic;
  Json json = {{"label", run.setup->label},
               {"algorithm", run.setup->algorithm->kind},
               {"workers", run.setup->workers}};
  if (run.setup->servers > 0) json["servers"] = run.setup->servers;
  add_comparison(json, run);
  json["analytic_time_s"] = analytic.makespan.seconds();
  json["time_is"] = claim_word(analytic.claim);
  json["memory_bytes_per_worker"] = count_json(analytic.memory.total());
  json["fits_in_memory"] = models::fits_in_memory(*run.setup, analytic);
  if (run.simulated) {
    add_simulated(json, run);
    return json;
  }
  add_counts(json, analytic);
  json["staleness_mean"] = analytic.staleness.mean;
  json["staleness_max"] = analytic.staleness.max;
  return json;
}

Json sweep_traffic_json(const scenarios::Scenario& scenario,
                        const topologies::TrafficResult& traffic) {
  Count bytes = 0;
  for (const topologies::RawFlow& flow : scenario.traffic) bytes += flow.bytes;
  return {{"label", "traffic"},
          {"simulated_time_s", traffic.makespan.seconds()},
          {"bytes", count_json(bytes)},
          {"flows", scenario.traffic.size()}};
}

std::string faults_text(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults)
    text += fmt::format("{}{}{}{}", text.empty() ? "" : "; ", fault.pointer,
                        fault.pointer.empty() ? "" : ": ", fault.message);
  return text;
}

std::string sweep_line_error(const Json& line) {
  const auto error_of = [](const Json& json) {
    return json.contains("error") ? json["error"].get<std::string>() : std::string();
  };
  std::string error = error_of(line);
  if (line.contains("runs"))
    for (const Json& run : line["runs"])
      if (error.empty()) error = error_of(run);
  return error;
}

std::string line_text(const Json& line) {
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lockstep::reports
