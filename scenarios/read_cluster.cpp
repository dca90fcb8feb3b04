// `cluster`: topology, devices, sharing.
#include <array>

#include "scenarios/messages.hpp"
#include "scenarios/readers.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::Topology;
using topologies::TopologyKind;
using topologies::TopologySpec;

const TopologyKind* read_kind(ObjectReader& object) {
  const auto place = object.required("kind");
  if (!place) return nullptr;
  const auto kinds = topologies::topology_kinds();
  const auto names = names_of(kinds, [](const TopologyKind& kind) { return kind.kind; });
  const auto index = read_choice(*place, "topology", names);
  if (!index) return nullptr;
  object.resolve("kind", names[*index]);
  return &kinds[*index];
}

void read_uniform_keys(ObjectReader& object, TopologySpec& spec) {
  spec.hosts = object.integer("hosts", {1, topologies::most_hosts});
  Json link;
  if (const auto place = object.required("link")) spec.link = read_uniform_link(*place, link);
  object.resolve("link", std::move(link));
}

// A route passes a link at most once, so that no route's latency is past the longest run.
void check_latencies(const Topology& topology, const Place& place) {
  double sum_s = 0;
  for (const topologies::Link& link : topology.links) sum_s += link.latency.seconds();
  if (sum_s > any_span.most) place.fault("the links' latencies add up to more than 106 days");
}

}  // namespace

std::shared_ptr<const Topology> read_topology(const Place& place,
                                              const std::filesystem::path& folder, Json& resolved) {
  const std::size_t faults_before = place.faults->count();
  ObjectReader object(place);
  const TopologyKind* kind = read_kind(object);
  if (kind == nullptr) return nullptr;  // which keys it may have, nobody knows
  TopologySpec spec;
  spec.kind = kind->kind;
  switch (kind->keys) {
    case topologies::TopologyKeys::hosts_and_link:
      read_uniform_keys(object, spec);
      break;
    case topologies::TopologyKeys::graph:
      read_graph_keys(object, folder, spec);
      break;
  }
  object.finish();
  resolved = std::move(object.resolved());
  if (place.faults->count() > faults_before) return nullptr;
  Result<Topology> built = kind->build(spec);
  if (!built) {
    place.faults->add_all(built.faults(), place.pointer);
    return nullptr;
  }
  check_latencies(*built, place);
  return std::make_shared<const Topology>(std::move(*built));
}

models::Cluster read_cluster(const Place& place, const std::filesystem::path& folder,
                             bool device_required, Json& resolved) {
  // In the order of the enum.
  constexpr std::array<std::string_view, 3> sharing_names = {"none", "single_port", "max_min"};
  ObjectReader object(place);
  models::Cluster cluster;
  Json part;
  if (const auto topology = object.required("topology"))
    cluster.topology = read_topology(*topology, folder, part);
  object.resolve("topology", std::move(part));

  std::optional<std::int64_t> hosts;
  if (cluster.topology) hosts = cluster.hosts();
  const auto device = device_required ? object.required("device") : object.optional("device");
  if (device) {
    Json devices;
    cluster.devices = read_devices(*device, hosts, devices);
    object.resolve("device", std::move(devices));
  }

  const auto usual = static_cast<std::size_t>(models::Sharing::max_min);
  cluster.sharing = static_cast<models::Sharing>(object.choice("sharing", sharing_names, usual));
  if (const auto slowdown = object.optional("slowdown")) {
    Json factors;
    cluster.slowdown = read_slowdown(*slowdown, factors);
    object.resolve("slowdown", std::move(factors));
  }
  object.finish();
  resolved = std::move(object.resolved());
  return cluster;
}

}  // namespace lockstep::scenarios
