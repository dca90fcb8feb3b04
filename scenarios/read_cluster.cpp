// `cluster`: topology, devices, sharing.
#include <array>

#include "scenarios/readers.hpp"

namespace lockstep::scenarios {

ClusterPart read_cluster(const Place& place, const std::filesystem::path& folder,
                         bool device_required, Json& resolved) {
  // In the order of the enum.
  constexpr std::array<std::string_view, 3> sharing_names = {"none", "single_port", "max_min"};
  ObjectReader object(place);
  models::Cluster cluster;
  TopologyPart topology;
  Json part;
  if (const auto found = object.required("topology"))
    topology = read_topology(*found, folder, part);
  cluster.topology = topology.topology;
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
  return {std::move(cluster), std::move(topology.named)};
}

}  // namespace lockstep::scenarios
