// `cluster`: topology, devices, sharing; or a machine that was measured.
#include <array>

#include "models/readers/simulate/outages.hpp"
#include "models/readers/simulate/rank_order.hpp"
#include "scenarios/machine_file.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {

namespace {

std::vector<models::Endpoint::Wake> read_wakes(const Place& place) {
  std::vector<models::Endpoint::Wake> wakes;
  if (!is_list(place, "wakes")) return wakes;
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    models::Endpoint::Wake wake;
    wake.waited_s = object.quantity("waited", Dimension::seconds, any_span);
    wake.takes_s = object.quantity("takes", Dimension::seconds, any_span);
    object.finish();
    if (!wakes.empty() && wake.waited_s <= wakes.back().waited_s)
      place.element(i).fault("must have a longer wait than the entry before it");
    wakes.push_back(wake);
  }
  return wakes;
}

models::Endpoint read_endpoint(const Place& place, Json& resolved) {
  ObjectReader object(place);
  models::Endpoint endpoint;
  endpoint.overhead_s =
      object.quantity("overhead", Dimension::seconds, any_span, endpoint.overhead_s);
  if (object.has("crowded_overhead"))
    endpoint.crowded_overhead_s = object.quantity("crowded_overhead", Dimension::seconds, any_span,
                                                  endpoint.crowded_overhead_s);
  endpoint.copy_bytes_per_s = object.quantity("copy_bandwidth", Dimension::bytes_per_second,
                                              positive, endpoint.copy_bytes_per_s);
  if (const auto eager = object.optional("eager")) {
    endpoint.eager = read_boolean(*eager).value_or(false);
    object.resolve("eager", endpoint.eager);
  }
  if (const auto wakes = object.optional("wakes")) {
    endpoint.wakes = read_wakes(*wakes);
    object.resolve("wakes", *wakes->value);
  }
  object.finish();
  resolved = std::move(object.resolved());
  return endpoint;
}

// Ranks run on hosts in that order. Failures and the traffic of others stay with their hosts.
void put_in_order(const std::vector<topologies::HostIndex>& order, models::Cluster& cluster,
                  std::optional<models::Failures>& failures) {
  cluster = models::in_rank_order(cluster, order);
  if (failures) *failures = models::in_rank_order(*failures, order);
}

}  // namespace

ClusterPart read_cluster(const Place& place, const std::filesystem::path& folder,
                         bool device_required, Json& resolved) {
  // In the order of the enum.
  constexpr std::array<std::string_view, 3> sharing_names = {"none", "single_port", "max_min"};
  constexpr std::array<std::string_view, 2> connection_names = {"ordered", "independent"};
  constexpr std::array<std::string_view, 3> granularity_names = {"auto", "message", "step"};
  if (place.value->is_object() && place.value->contains("machine")) {
    const std::optional<Json> expanded = cluster_on_machine(place, folder);
    if (!expanded) return {};
    return read_cluster({&*expanded, place.pointer, place.faults}, folder, device_required,
                        resolved);
  }
  ObjectReader object(place);
  for (const std::string_view key : {"hosts", "transport"})
    if (object.has(key)) object.misplaced(key, R"(has no effect without "machine")");
  const std::size_t faults_before = place.faults->count();
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
    const bool shared_cores = object.has("cores") || (cluster.topology && cluster.topology->memory);
    cluster.devices = read_devices(*device, hosts, shared_cores, devices);
    object.resolve("device", std::move(devices));
  }

  const auto usual = static_cast<std::size_t>(models::Sharing::max_min);
  cluster.sharing = static_cast<models::Sharing>(object.choice("sharing", sharing_names, usual));
  cluster.connections =
      static_cast<models::Connections>(object.choice("connections", connection_names, 0));
  cluster.granularity =
      static_cast<models::Granularity>(object.choice("granularity", granularity_names, 0));
  if (const auto slowdown = object.optional("slowdown")) {
    Json factors;
    cluster.slowdown = read_slowdown(*slowdown, folder, factors);
    object.resolve("slowdown", std::move(factors));
  }
  std::optional<models::Failures> failures;
  if (const auto found = object.optional("failures")) {
    Json read;
    failures = read_failures(*found, hosts, cluster.topology.get(), read);
    const bool of_links = models::Outages{*failures}.of_links();
    if (of_links && cluster.sharing != models::Sharing::max_min)
      found->fault(R"(needs "sharing": "max_min" for links that fail)");
    object.resolve("failures", std::move(read));
  }
  if (const auto found = object.optional("background")) {
    Json read;
    cluster.background = read_background(*found, hosts, cluster.sharing, read);
    object.resolve("background", std::move(read));
  }
  bool best_rank_order = false;
  bool ordered_ranks = false;
  if (const auto found = object.optional("rank_order")) {
    const RankOrderPart order = read_rank_order(*found, cluster.topology.get());
    best_rank_order = order.best;
    ordered_ranks = !order.hosts.empty();
    if (!order.hosts.empty() && object.place().faults->count() == faults_before)
      put_in_order(order.hosts, cluster, failures);
    object.resolve("rank_order", *found->value);
  }
  if (const auto endpoint = object.optional("endpoint")) {
    Json read;
    cluster.endpoint = read_endpoint(*endpoint, read);
    object.resolve("endpoint", std::move(read));
  }
  if (object.has("cores"))
    cluster.cores = static_cast<int>(object.integer("cores", {1, topologies::most_hosts}));
  if (object.has("crowding")) {
    if (cluster.cores == 0) object.misplaced("crowding", R"(has no effect without "cores")");
    cluster.crowding = object.number("crowding", {1, 100, false});
  }
  object.finish();
  resolved = std::move(object.resolved());
  return {std::move(cluster), std::move(failures), best_rank_order, ordered_ranks,
          std::move(topology.named)};
}

}  // namespace lockstep::scenarios
