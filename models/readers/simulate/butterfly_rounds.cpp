#include "models/readers/simulate/butterfly_rounds.hpp"

#include <algorithm>

#include "topologies/rates_together.hpp"

namespace lockstep::models {

using topologies::Route;
using topologies::Sharing;

namespace {

// How many routes cross each channel that is crossed at all.
std::vector<std::pair<topologies::ChannelIndex, std::int32_t>> crossings(
    std::size_t channels, const std::vector<Route>& routes) {
  std::vector<std::int32_t> messages(channels, 0);
  for (const Route& route : routes)
    for (const topologies::ChannelIndex channel : route.channels)
      ++messages[static_cast<std::size_t>(channel)];
  std::vector<std::pair<topologies::ChannelIndex, std::int32_t>> crossed;
  for (std::size_t channel = 0; channel < channels; ++channel)
    if (messages[channel] > 0)
      crossed.emplace_back(static_cast<topologies::ChannelIndex>(channel), messages[channel]);
  return crossed;
}

}  // namespace

ButterflyRounds::ButterflyRounds(topologies::Network& network, Sharing sharing,
                                 std::vector<topologies::NodeIndex> nodes)
    : network_(&network), sharing_(sharing), nodes_(std::move(nodes)) {}

const ButterflyRounds::Round& ButterflyRounds::at(int distance) {
  const auto known = rounds_.find(distance);
  if (known != rounds_.end()) return known->second;
  return rounds_.emplace(distance, round(distance)).first->second;
}

// A pair with several paths takes them in turn, and parts of a message may differ: such steps are
// not looked at.
ButterflyRounds::Round ButterflyRounds::round(int distance) {
  std::vector<Route> routes;
  routes.reserve(nodes_.size());
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    const std::size_t partner = index ^ static_cast<std::size_t>(distance);
    const Route route = network_->route_between(nodes_[index], nodes_[partner]);
    if (route.has_others || route.shares != nullptr) return {};
    if (!routes.empty() && route.latency != routes.front().latency) return {};
    routes.push_back(route);
  }
  const topologies::RatesTogether together =
      topologies::rates_together(network_->topology(), sharing_, routes);
  const auto [least, most] = std::ranges::minmax(together.bytes_per_s);
  if (least < most) return {};
  return {true, routes.front().latency, least,
          crossings(network_->topology().channels.size(), routes)};
}

// A channel carries the messages of a step at the same time; without max-min sharing, messages are
// on their channels during their latency, too.
void ButterflyRounds::add_loads(int distance, std::int64_t bytes) {
  const Round& round = at(distance);
  const Picoseconds busy =
      sharing_ == Sharing::max_min ? round.flowing(bytes) : round.duration(bytes);
  for (const auto& [channel, messages] : round.channels)
    network_->add_load(channel, Count{messages} * bytes, busy);
}

}  // namespace lockstep::models
