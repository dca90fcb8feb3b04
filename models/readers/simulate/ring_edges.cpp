#include "models/readers/simulate/ring_edges.hpp"

#include <algorithm>
#include <utility>

#include "topologies/rates_together.hpp"

namespace lockstep::models {

RingEdges::RingEdges(const topologies::Network& network, topologies::Sharing sharing,
                     std::vector<topologies::ConnectionIndex> connections)
    : connections_(std::move(connections)),
      counts_latency_(sharing != topologies::Sharing::max_min) {
  std::vector<topologies::Route> routes;
  std::vector<bool> used(network.topology().channels.size());
  for (const topologies::ConnectionIndex connection : connections_) {
    const topologies::Route& route = routes.emplace_back(network.route_of(connection));
    latencies_.push_back(route.latency);
    have_others_ = have_others_ || route.has_others;
    for (const topologies::ChannelIndex channel : route.channels) {
      several_on_a_channel_ = several_on_a_channel_ || used[static_cast<std::size_t>(channel)];
      used[static_cast<std::size_t>(channel)] = true;
    }
  }
  topologies::RatesTogether together =
      topologies::rates_together(network.topology(), sharing, routes);
  meet_ = together.meet;
  bytes_per_s_ = std::move(together.bytes_per_s);
  const auto [nearest, farthest] = std::ranges::minmax(latencies_);
  const auto [least, most] = std::ranges::minmax(bytes_per_s_);
  alike_ = nearest == farthest && !(least < most);
  for (std::size_t sender = 0; sender < latencies_.size() && slowest_ < 0; ++sender)
    if (latencies_[sender] == farthest && !(least < bytes_per_s_[sender]))
      slowest_ = static_cast<int>(sender);
}

Picoseconds RingEdges::on_channels(std::size_t sender, std::int64_t bytes) const {
  const Picoseconds flowing = ceil_seconds(static_cast<double>(bytes) / bytes_per_s_[sender]);
  return counts_latency_ ? saturating_add(latencies_[sender], flowing) : flowing;
}

Picoseconds RingEdges::duration(std::int64_t bytes) const {
  Picoseconds longest;
  for (std::size_t sender = 0; sender < latencies_.size(); ++sender) {
    const Picoseconds flowing = ceil_seconds(static_cast<double>(bytes) / bytes_per_s_[sender]);
    longest = std::max(longest, saturating_add(latencies_[sender], flowing));
    if (alike_) break;
  }
  return longest;
}

void RingEdges::add_loads(topologies::Network& network, const Carried& carried) const {
  const int ranks = static_cast<int>(connections_.size());
  std::vector<Picoseconds> busy_so_far(several_on_a_channel_ ? network.topology().channels.size()
                                                             : 0);
  for (int sender = 0; sender < ranks; ++sender) {
    const auto index = static_cast<std::size_t>(sender);
    const bool leaves_out_longer = (sender + carried.first_chunk) % ranks < carried.longer;
    const std::int64_t longer = carried.longer - (leaves_out_longer ? 1 : 0);
    const std::int64_t shorter = ranks - 1 - longer;
    const Count bytes =
        Count{longer} * carried.longer_bytes + Count{shorter} * carried.shorter_bytes;
    const Picoseconds busy = longer * on_channels(index, carried.longer_bytes) +
                             shorter * on_channels(index, carried.shorter_bytes);
    const topologies::Route& route = network.route_of(connections_[index]);
    for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
      Picoseconds more = busy;
      if (several_on_a_channel_) {
        Picoseconds& so_far = busy_so_far[static_cast<std::size_t>(route.channels[hop])];
        more = std::max(busy, so_far) - so_far;
        so_far += more;
      }
      network.add_load(route, hop, bytes, more);
    }
  }
}

}  // namespace lockstep::models
