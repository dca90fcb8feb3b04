#include "models/cost/network_loads.hpp"

#include <algorithm>

#include "models/cost/route_between.hpp"

namespace lockstep::models {

using topologies::DirectRoute;
using topologies::Route;

NetworkLoads::NetworkLoads(const Setup& setup) : setup_(&setup), network_(setup) {
  switch (setup.cluster.sharing) {
    case Sharing::max_min:
      seconds_.resize(setup.cluster.topology->channels.size(), 0);
      messages_ = seconds_;
      break;
    case Sharing::single_port:
      seconds_.resize(2 * static_cast<std::size_t>(setup.cluster.hosts()), 0);
      break;
    case Sharing::none:
      break;
  }
}

void NetworkLoads::add(Rank from, Rank to, std::int64_t bytes, double times) {
  if (seconds_.empty() || setup_->host_of(from) == setup_->host_of(to)) return;
  if (setup_->cluster.sharing == Sharing::single_port) {
    const double taken_s = times * network_.message(from, to, bytes).seconds();
    take(sending(from), taken_s);
    take(receiving(to), taken_s);
    return;
  }
  const auto& channels = setup_->cluster.topology->channels;
  DirectRoute direct;
  const Route route = route_between(*setup_, network_, from, to, direct);
  for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
    const auto index = static_cast<std::size_t>(route.channels[hop]);
    if (channels[index].unshared) continue;
    const double carried = times * route.share(hop);
    take(index, carried * static_cast<double>(bytes) / channels[index].bytes_per_s);
    messages_[index] += carried;
  }
}

void NetworkLoads::take(std::size_t index, double seconds) {
  if (seconds_[index] == 0) taken_.push_back(index);
  seconds_[index] += seconds;
}

double NetworkLoads::busiest_s() const {
  double most_s = 0;
  for (const std::size_t index : taken_) most_s = std::max(most_s, seconds_[index]);
  return most_s;
}

void NetworkLoads::clear() {
  for (const std::size_t index : taken_) {
    seconds_[index] = 0;
    if (!messages_.empty()) messages_[index] = 0;
  }
  taken_.clear();
}

// Under max_min a message has at least the part of one among all messages on the channel where that
// is least. And one of its channels is taken all the time until it is there: no longer in all than
// by all that goes over them.
double NetworkLoads::behind_all_s(Rank from, Rank to, std::int64_t bytes) {
  if (setup_->host_of(from) == setup_->host_of(to)) return 0;
  DirectRoute direct;
  const Route route = route_between(*setup_, network_, from, to, direct);
  const double alone_s = network_.message(route, bytes).seconds();
  if (seconds_.empty() || alone_s <= 0) return alone_s;
  if (setup_->cluster.sharing == Sharing::single_port)
    return std::max(alone_s, seconds_[sending(from)] + seconds_[receiving(to)] - alone_s);
  double all_s = 0;
  double by_parts_s = 0;
  for (const auto channel : route.channels) {
    const auto index = static_cast<std::size_t>(channel);
    const double bytes_per_s = setup_->cluster.topology->channels[index].bytes_per_s;
    all_s += seconds_[index];
    by_parts_s = std::max(by_parts_s, static_cast<double>(bytes) * messages_[index] / bytes_per_s);
  }
  const double own_s = static_cast<double>(bytes) / route.bytes_per_s;  // also if nothing is shared
  return route.latency.seconds() + std::max(own_s, std::min(all_s, by_parts_s));
}

}  // namespace lockstep::models
