#include "reports/network_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <queue>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "reports/run_tables.hpp"
#include "reports/symbol_words.hpp"
#include "reports/table.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

using models::Setup;
using topologies::Topology;

constexpr std::array example_sizes = {2, 4, 16, 64, 256};

Result<Topology> built(const topologies::TopologyKind& kind, std::int64_t hosts) {
  topologies::TopologySpec spec;
  spec.kind = kind.kind;
  spec.hosts = hosts;
  // Round numbers, so that figures can be checked by hand.
  spec.link.bytes_per_s = 1.25e9;
  spec.link.latency_s = 1e-5;
  return kind.build(spec);
}

// Synchronous SGD on a star; a server beside each worker or one of its own where the sum needs it.
std::optional<Setup> example_setup(std::string_view collective, int workers, bool through_servers) {
  const models::Algorithm& sync = *models::find_algorithm("sync_sgd");
  models::AlgorithmSpec spec = {&sync, "", models::Options(sync.options), ""};
  const bool whole = std::ranges::any_of(sync.options, [&](const models::OptionSpec& option) {
    return option.name == "allreduce" &&
           std::ranges::find(option.choices, collective) != option.choices.end();
  });
  if (whole) spec.options.set("allreduce", std::string(collective));
  const bool sharded = collective == "sharded_server";
  if (sharded) {
    spec.options.set("servers", std::int64_t{workers});
    spec.options.set("placement", std::string("colocated"));
  }
  const int servers = through_servers && !sharded ? 1 : 0;
  auto topology = built(*topologies::find_topology_kind("star"), workers + servers);
  if (!topology) return std::nullopt;
  models::Cluster cluster;
  cluster.topology = std::make_shared<const Topology>(std::move(*topology));
  cluster.devices.assign(1, {.flops_per_s = 1e13});
  models::Training training;
  training.batch = 64;
  auto setup = models::make_setup({.layers = 8, .width = 1024}, training, cluster, spec);
  return setup ? std::optional(std::move(*setup)) : std::nullopt;
}

// The most links between a host and any other.
std::int64_t farthest(const Topology& topology) {
  std::vector<std::vector<std::size_t>> neighbours(topology.nodes.size());
  for (const topologies::Link& link : topology.links) {
    neighbours[static_cast<std::size_t>(link.from)].push_back(static_cast<std::size_t>(link.to));
    neighbours[static_cast<std::size_t>(link.to)].push_back(static_cast<std::size_t>(link.from));
  }
  const auto first = static_cast<std::size_t>(topology.hosts.front());
  std::vector<std::int64_t> distance(topology.nodes.size(), -1);
  std::queue<std::size_t> reached;
  distance[first] = 0;
  reached.push(first);
  while (!reached.empty()) {
    const std::size_t node = reached.front();
    reached.pop();
    for (const std::size_t next : neighbours[node]) {
      if (distance[next] >= 0) continue;
      distance[next] = distance[node] + 1;
      reached.push(next);
    }
  }
  std::int64_t most = 0;
  for (const topologies::NodeIndex host : topology.hosts)
    most = std::max(most, distance[static_cast<std::size_t>(host)]);
  return most;
}

}  // namespace

std::string collective_text(const models::Collective& collective, Style style) {
  std::string text =
      heading(fmt::format("{} ({}), a collective", collective.title, collective.kind), style) +
      "\n" + hanging("", collective.summary, style) + hanging("source: ", collective.source, style);
  Table table({{"workers"}, {"time"}, {"claim", Align::left}, {"sent by a worker"}, {"messages"}});
  std::string formula;
  for (const int workers : example_sizes) {
    const auto setup = example_setup(collective.kind, workers, collective.through_servers);
    if (!setup) continue;
    const models::Scalars scalars = {setup->mlp.parameters(), setup->mlp.precision.gradients};
    models::NetworkView network(*setup);
    const auto time = collective.duration(*setup, network, scalars);
    const auto counts = collective.counts(*setup, scalars);
    table.add_row({std::to_string(workers), format_seconds(time.seconds),
                   std::string(claim_text(time.claim)),
                   format_bytes(to_double(counts.bytes) / workers), count_text(counts.messages)});
    if (workers != 16) continue;
    const models::Formula form = collective.formula(*setup, network, scalars);
    formula =
        "\n" + heading("time, of 16 workers", style) + "\n" + hanging("  ", form.text(), style);
    formula += symbols_text(form, style);
  }
  text += formula;
  return text + "\n" +
         hanging("",
                 "The 8.4 M gradients of 8 layers of 1024 x 1024, 33.6 MB, on a star of 10 Gbit/s "
                 "and 10 us a link:",
                 style) +
         table.text(style);
}

std::string topology_text(const topologies::TopologyKind& kind, Style style) {
  std::string text = heading(fmt::format("{}, a topology", kind.kind), style) + "\n" +
                     hanging("", kind.summary, style);
  text += "\n" + heading("keys", style) + "\n";
  if (kind.keys == topologies::TopologyKeys::hosts_and_link)
    text += definition("hosts", "how many", style) +
            definition("link", "bandwidth and latency of each", style);
  for (const topologies::ShapeKey& key : kind.shape_keys)
    text += definition(key.name, key.summary, style);
  if (kind.keys == topologies::TopologyKeys::graph)
    text += definition("nodes, links, routes, file", "the graph itself: `lockstep schema`", style);
  if (kind.keys != topologies::TopologyKeys::hosts_and_link) return text;
  Table table({{"hosts"}, {"links"}, {"most links between two"}});
  for (const int hosts : example_sizes) {
    const auto topology = built(kind, hosts);
    if (!topology) continue;
    table.add_row({std::to_string(hosts), std::to_string(topology->links.size()),
                   std::to_string(farthest(*topology))});
  }
  return text + "\n" + table.text(style);
}

}  // namespace lockstep::reports
