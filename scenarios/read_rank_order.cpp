// `cluster.rank_order` and `cluster.background`: which host each rank runs on, and what else is on
// the links.
#include <fmt/format.h>

#include <array>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"
#include "topologies/rank_order.hpp"

namespace lockstep::scenarios {
namespace {

using models::BackgroundTraffic;
using topologies::HostIndex;

std::vector<HostIndex> read_listed_order(const Place& place, std::int64_t hosts) {
  std::vector<HostIndex> order;
  std::vector<bool> seen(static_cast<std::size_t>(hosts), false);
  if (!is_list(place, "hosts")) return {};
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    const Place element = place.element(i);
    const auto host = read_integer(element, {0, topologies::most_hosts});
    if (!host) return {};
    if (*host >= hosts) {
      element.fault(fmt::format("must be a host from 0 to {}, found {}", hosts - 1, *host));
      return {};
    }
    if (seen[static_cast<std::size_t>(*host)]) {
      element.fault(fmt::format("names host {} a second time", *host));
      return {};
    }
    seen[static_cast<std::size_t>(*host)] = true;
    order.push_back(static_cast<HostIndex>(*host));
  }
  if (static_cast<std::int64_t>(order.size()) == hosts) return order;
  place.fault(fmt::format("must name each of the {} hosts, found {}", hosts, order.size()));
  return {};
}

std::optional<HostIndex> read_host(ObjectReader& object, std::string_view key,
                                   std::optional<std::int64_t> hosts) {
  const auto place = object.optional(key);
  if (!place) return std::nullopt;
  const std::int64_t most = hosts.value_or(topologies::most_hosts) - 1;
  const auto host = read_integer(*place, {0, topologies::most_hosts});
  if (!host) return std::nullopt;
  if (*host > most) place->fault(fmt::format("must be a host from 0 to {}, found {}", most, *host));
  object.resolve(key, *host);
  return static_cast<HostIndex>(*host);
}

BackgroundTraffic read_source(const Place& place, std::optional<std::int64_t> hosts,
                              Json& resolved) {
  ObjectReader object(place);
  BackgroundTraffic traffic;
  traffic.bytes_per_s = object.quantity("rate", Dimension::bytes_per_second, positive);
  traffic.flow_bytes = object.quantity("flow", Dimension::bytes, {1, 1e15});
  traffic.from = read_host(object, "from", hosts);
  traffic.to = read_host(object, "to", hosts);
  constexpr double most_flows_per_s = 1e6;
  if (traffic.bytes_per_s > most_flows_per_s * traffic.flow_bytes && traffic.flow_bytes > 0)
    place.fault("begins more than a million flows a second: larger flows cost less to simulate");
  if (traffic.from && traffic.from == traffic.to) place.fault("must go from one host to another");
  object.finish();
  resolved = std::move(object.resolved());
  return traffic;
}

}  // namespace

RankOrderPart read_rank_order(const Place& place, const topologies::Topology* topology) {
  constexpr std::array<std::string_view, 4> names = {"as_numbered", "block", "cyclic", "best"};
  if (place.value->is_array()) {
    if (topology == nullptr) return {};
    return {read_listed_order(place, static_cast<std::int64_t>(topology->hosts.size())), false};
  }
  const auto name = read_choice(place, "order", names);
  if (!name || topology == nullptr) return {};
  if (names[*name] == "block") return {topologies::block_order(*topology), false};
  if (names[*name] == "cyclic") return {topologies::cyclic_order(*topology), false};
  return {{}, names[*name] == "best"};
}

std::vector<BackgroundTraffic> read_background(const Place& place,
                                               std::optional<std::int64_t> hosts,
                                               models::Sharing sharing, Json& resolved) {
  std::vector<BackgroundTraffic> all;
  resolved = Json::array();
  if (!is_list(place, "flows")) return all;
  if (place.value->empty()) place.fault("must have at least one entry, found none");
  if (sharing == models::Sharing::none)
    place.fault(R"(has no effect where messages share nothing: "sharing" is "none")");
  if (hosts && *hosts < 2) place.fault("needs two hosts");
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    Json one;
    all.push_back(read_source(place.element(i), hosts, one));
    resolved.push_back(std::move(one));
  }
  return all;
}

}  // namespace lockstep::scenarios
