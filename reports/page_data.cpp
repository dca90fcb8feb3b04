#include "reports/page_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "models/cost/algorithm.hpp"
#include "models/cost/own_links.hpp"
#include "reports/critical_path.hpp"
#include "reports/fair_room.hpp"
#include "reports/page_timeline.hpp"
#include "reports/report_json.hpp"
#include "reports/run_tables.hpp"
#include "reports/scenario_words.hpp"
#include "reports/symbol_words.hpp"

namespace lockstep::reports {

using topologies::Channel;
using topologies::Link;
using topologies::Topology;

namespace {

constexpr std::size_t most_links = 2000;
constexpr std::size_t most_spans_a_run = 100'000;

// More links than one would look at are left out, from the last on.
Json topology_json(const Topology& topology) {
  Json json = {{"kind", topology.kind}, {"nodes", Json::array()}, {"links", Json::array()}};
  std::vector<bool> is_host(topology.nodes.size(), false);
  for (const topologies::NodeIndex host : topology.hosts)
    is_host[static_cast<std::size_t>(host)] = true;
  for (std::size_t node = 0; node < topology.nodes.size(); ++node)
    json["nodes"].push_back({{"name", topology.nodes[node]}, {"host", bool(is_host[node])}});
  for (const Link& link : topology.links) {
    if (json["links"].size() == most_links) break;
    json["links"].push_back({{"from", link.from},
                             {"to", link.to},
                             {"bytes_per_s", link.bytes_per_s},
                             {"latency_s", link.latency.seconds()}});
  }
  json["links_in_all"] = topology.links.size();
  return json;
}

// The topologies of the runs, each once.
class Clusters {
 public:
  [[nodiscard]] std::size_t index_of(const Topology& topology) {
    const auto [place, is_new] = places_.try_emplace(&topology, json_.size());
    if (is_new) json_.push_back(topology_json(topology));
    return place->second;
  }
  [[nodiscard]] const Json& json() const { return json_; }

 private:
  std::map<const Topology*, std::size_t> places_;
  Json json_ = Json::array();
};

// [link, whether in its own direction, utilization].
Json channels_json(const Run& run) {
  const Topology& topology = *run.setup->cluster.topology;
  const double makespan_s = run.simulated->makespan.seconds();
  Json json = Json::array();
  for (const models::ChannelUse& use : run.simulated->channels) {
    const Channel& channel = topology.channels[static_cast<std::size_t>(use.channel)];
    if (channel.link >= static_cast<topologies::LinkIndex>(most_links)) continue;
    const bool forth =
        use.channel == topology.first_channel_of_link[static_cast<std::size_t>(channel.link)];
    const double most_bytes = channel.bytes_per_s * makespan_s;
    json.push_back(
        Json::array({channel.link, forth, most_bytes > 0 ? to_double(use.bytes) / most_bytes : 0}));
  }
  return json;
}

// The least memory of the devices of ranks [begin, end); null where one is unlimited or unknown.
Json least_memory(const models::Setup& setup, models::Rank begin, models::Rank end) {
  if (setup.cluster.devices.empty() || begin == end) return nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (models::Rank rank = begin; rank < end; ++rank)
    least = std::min(least, setup.device_of(rank).memory_bytes);
  return std::isfinite(least) ? Json(least) : Json(nullptr);
}

Json algorithm_json(const Run& run) {
  const models::Algorithm& algorithm = *run.setup->algorithm;
  const models::Formula formula = models::formula_of(*run.setup);
  Json where = Json::array();
  for (const auto& [symbol, value] : formula.where())
    where.push_back(Json::array({symbol, value, symbol_words(symbol)}));
  return {{"title", algorithm.title},
          {"summary", algorithm.summary},
          {"when_to_use", algorithm.when_to_use},
          {"source", algorithm.source},
          {"formula", formula.text()},
          {"where", std::move(where)},
          {"claim", claim_text(run.analytic)}};
}

Json run_json(const Run& run, std::size_t most_spans, Clusters& clusters) {
  const models::Setup& setup = *run.setup;
  Json json = algorithm_json(run);
  json["worker_memory_limit_bytes"] = least_memory(setup, 0, setup.workers);
  json["server_memory_limit_bytes"] = least_memory(setup, setup.workers, setup.ranks());
  json["cluster"] = clusters.index_of(*setup.cluster.topology);
  if (run.simulated) json["channels"] = channels_json(run);
  if (run.simulated && run.recording) json["timeline"] = timeline_json(run, most_spans);
  if (run.critical_path) json["critical_path"] = critical_path_json(run);
  if (!run.critical_path_left_out.empty())
    json["critical_path_left_out"] = run.critical_path_left_out;
  return json;
}

// What it was that the report's figures come from.
std::string_view done_to(const Report& report) {
  const auto any = [&](auto member) {
    return std::any_of(report.runs.begin(), report.runs.end(),
                       [&](const Run& run) { return (run.*member).has_value(); });
  };
  if (any(&Run::executed)) return "trained for real, on the wall clock of this machine";
  if (any(&Run::trained)) return "trained in simulated time";
  if (any(&Run::simulated)) return "simulated";
  return "cost by closed form";
}

}  // namespace

std::string scenario_sentence(const Report& report) {
  const scenarios::Scenario& scenario = *report.scenario;
  if (report.traffic)
    return fmt::format("{} on a cluster of {}.",
                       counted(static_cast<std::int64_t>(scenario.traffic.size()), "flow"),
                       cluster_text(scenario));
  return fmt::format("{}, {}: {}; {}; on a cluster of {}.",
                     counted(static_cast<std::int64_t>(report.runs.size()), "algorithm"),
                     done_to(report), model_text(scenario), training_text(scenario.training),
                     cluster_text(scenario));
}

Json page_data(const std::vector<Report>& reports, std::size_t most_spans) {
  const std::size_t most_a_run = std::min(most_spans_a_run, room_for_spans(reports, most_spans));
  Json json = Json::array();
  for (const Report& report : reports) {
    Clusters clusters;
    Json runs = Json::array();
    for (const Run& run : report.runs) runs.push_back(run_json(run, most_a_run, clusters));
    (void)clusters.index_of(*report.scenario->cluster.topology);
    json.push_back({{"sentence", scenario_sentence(report)},
                    {"clusters", clusters.json()},
                    {"runs", std::move(runs)},
                    {"report", report_json(report)}});
  }
  return json;
}

}  // namespace lockstep::reports
