#include "models/readers/simulate/path_shares.hpp"

#include <algorithm>

namespace lockstep::models {

namespace {

Picoseconds of(const PathShares& shares, ActivityKind kind) {
  return shares.kinds[static_cast<std::size_t>(kind)];
}

bool goes_over_links(const Activity& activity, const Setup& setup) {
  if (activity.kind == ActivityKind::shared_memory) return true;
  if (activity.kind != ActivityKind::message) return false;
  const MeasuredStage* stage = setup.measured_stage(activity.rank);
  return stage == nullptr || !stage->send;
}

topologies::Route route_of(const Activity& activity, const Setup& setup,
                           topologies::Routes& routes) {
  const auto& hosts = routes.topology().hosts;
  const auto to = hosts[static_cast<std::size_t>(setup.host_of(activity.to))];
  if (activity.kind == ActivityKind::shared_memory)
    return routes.between_nodes(*routes.topology().memory, to);
  return routes.between_nodes(hosts[static_cast<std::size_t>(setup.host_of(activity.rank))], to,
                              activity.path);
}

void add_links(const Activity& activity, const topologies::Route& route,
               const topologies::Topology& topology, PathShares& shares) {
  const Picoseconds length = activity.end - activity.begin;
  const Picoseconds transfer = length - std::min(length, route.latency);
  shares.latency += length - transfer;
  shares.transfer += transfer;
  const auto channel_of = [&](topologies::ChannelIndex channel) -> const topologies::Channel& {
    return topology.channels[static_cast<std::size_t>(channel)];
  };
  for (const topologies::ChannelIndex channel : route.channels)
    shares.links[static_cast<std::size_t>(channel_of(channel).link)] += length;
  if (route.channels.empty()) return;
  // The rate of the whole message at which a channel would be full.
  const auto rate_at = [&](std::size_t hop) {
    return channel_of(route.channels[hop]).bytes_per_s / route.share(hop);
  };
  std::size_t narrowest = 0;
  for (std::size_t hop = 1; hop < route.channels.size(); ++hop)
    if (rate_at(hop) < rate_at(narrowest)) narrowest = hop;
  const auto link_of = [&](std::size_t hop) {
    return static_cast<std::size_t>(channel_of(route.channels[hop]).link);
  };
  shares.narrowest[link_of(narrowest)] += transfer;
  for (std::size_t hop = 0; hop < route.channels.size(); ++hop)
    if (rate_at(hop) <= rate_at(narrowest)) shares.as_narrow[link_of(hop)] += transfer;
}

}  // namespace

Picoseconds PathShares::devices() const {
  Picoseconds sum;
  for (const ActivityKind kind :
       {ActivityKind::forward, ActivityKind::backward_weight, ActivityKind::backward_input,
        ActivityKind::reduce, ActivityKind::update, ActivityKind::transcode,
        ActivityKind::reduce_on_engine})
    sum += of(*this, kind);
  return sum;
}

Picoseconds PathShares::endpoints() const { return of(*this, ActivityKind::endpoint) + pauses; }

Picoseconds PathShares::total() const {
  Picoseconds sum = pauses;
  for (const Picoseconds kind : kinds) sum += kind;
  return sum;
}

PathShares shares_of(const std::vector<PathStep>& path, const Setup& setup) {
  const topologies::Topology& topology = *setup.cluster.topology;
  topologies::Routes routes(topology);
  PathShares shares;
  shares.links.resize(topology.links.size());
  shares.narrowest.resize(topology.links.size());
  shares.as_narrow.resize(topology.links.size());
  for (const auto& [pause, activity] : path) {
    shares.pauses += pause;
    shares.kinds[static_cast<std::size_t>(activity.kind)] += activity.end - activity.begin;
    if (goes_over_links(activity, setup))
      add_links(activity, route_of(activity, setup, routes), topology, shares);
  }
  return shares;
}

}  // namespace lockstep::models
