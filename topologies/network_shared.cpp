// The max-min side of the network where few of many flows change: when flows become shared flows,
// and what happens when these end.
#include <algorithm>
#include <limits>
#include <vector>

#include "topologies/network.hpp"

namespace lockstep::topologies {

bool Network::can_share(const Topology& topology) const {
  constexpr double least_bytes_per_s = 1e6;
  constexpr double most_bytes_per_s = 1e14;
  return topology.routing != Routing::spread &&
         std::ranges::all_of(topology.channels, [](const Channel& channel) {
           return channel.bytes_per_s >= least_bytes_per_s &&
                  channel.bytes_per_s <= most_bytes_per_s;
         });
}

void Network::set_shared_capacity(std::size_t channel) {
  if (!has_shared_) return;
  shared_.levels().set_capacity(
      static_cast<std::uint32_t>(channel),
      channels_[channel].is_down ? 0 : topology().channels[channel].bytes_per_s);
  shared_changed_ = true;
}

bool Network::meets_shared(const Flow& flow) const {
  return std::ranges::any_of(flow.channels,
                             [this](ChannelIndex channel) { return is_shared(channel); });
}

// The unshared channels of a flow limit it as one channel of its own would: all flows with the same
// limit have that in common.
void Network::begin_shared(MessageIndex index) {
  if (!std::exchange(has_shared_, true))
    for (std::size_t channel = 0; channel < channels_.size(); ++channel)
      set_shared_capacity(channel);
  double most_bytes_per_s = std::numeric_limits<double>::infinity();
  hops_.clear();
  for (const ChannelIndex channel : flows_[index].channels)
    if (is_unshared(channel))
      most_bytes_per_s = std::min(
          most_bytes_per_s, topology().channels[static_cast<std::size_t>(channel)].bytes_per_s);
    else
      hops_.push_back(static_cast<std::uint32_t>(channel));
  if (std::isfinite(most_bytes_per_s)) hops_.push_back(limit_channel(most_bytes_per_s));
  shared_.begin(index, flows_[index].left_bytes, hops_);
  shared_changed_ = true;
}

// A flow begins that meets shared flows, and perhaps others, which then join as well.
void Network::start_shared(MessageIndex index) {
  begin_shared(index);
  for (const ChannelIndex channel : flows_[index].channels)
    if (!channels_[static_cast<std::size_t>(channel)].flows.empty()) mark_channel(channel);
  schedule_solve();
}

std::uint32_t Network::limit_channel(double bytes_per_s) {
  const auto [limit, is_new] = limit_channels_.try_emplace(bytes_per_s, 0);
  if (is_new) limit->second = shared_.levels().add_limit(bytes_per_s);
  return limit->second;
}

// Adds the flows that are connected to the channel to the problem; if one of them meets shared
// flows, all of them join these instead.
void Network::collect_from(ChannelIndex marked) {
  const std::size_t first_channel = touched_channels_.size();
  const std::size_t first_flow = touched_messages_.size();
  const std::size_t capacities = problem_.capacities.size();
  const std::size_t hops = problem_.channels.size();
  add_channel(marked);
  add_flows_from(first_channel);
  const bool meets = std::any_of(
      touched_channels_.begin() + static_cast<std::ptrdiff_t>(first_channel),
      touched_channels_.end(), [this](ChannelIndex channel) { return is_shared(channel); });
  if (!meets) return;
  move_to_shared(first_flow);
  touched_channels_.resize(first_channel);
  problem_.capacities.resize(capacities);
  problem_.channels.resize(hops);
  problem_.shares.resize(hops);
  problem_.first_hop.resize(first_flow + 1);
}

// Makes the touched flows from number `first` on shared flows.
void Network::move_to_shared(std::size_t first) {
  for (std::size_t i = first; i < touched_messages_.size(); ++i) {
    const MessageIndex index = touched_messages_[i];
    Flow& flow = flows_[index];
    const double passed_s = (engine_->now() - flow.rated_at).seconds();
    flow.left_bytes = std::max(0.0, flow.left_bytes - flow.bytes_per_s * passed_s);
    leave_group(index);
    flow.group = none;
    (void)leave_channels(index);
    begin_shared(index);
  }
  touched_messages_.resize(first);
}

void Network::settle_shared() {
  shared_changed_ = false;
  shared_.settle(engine_->now());
  const Picoseconds next = shared_.next_end();
  if (shared_.size() > 0 && next == shared_end_at_) return;
  engine_->cancel(shared_end_);
  shared_end_at_ = next;
  if (shared_.size() > 0)
    shared_end_ = engine_->after(next - engine_->now(), event_of<&Network::end_shared>(0));
}

// Messages that arrive at one instant are handed over in the order in which they began to flow.
void Network::end_shared(MessageIndex) {
  ended_.clear();
  shared_.take_ended(engine_->now(), ended_);
  shared_end_at_ = {};
  std::ranges::sort(ended_, {}, [&](MessageIndex index) { return flows_[index].number; });
  shared_changed_ = true;
  schedule_solve();
  for (const MessageIndex index : ended_) {
    next_on_connection(index);
    finish(index);
  }
}

void Network::add_shared_rates(std::vector<double>& rates) const {
  for (std::size_t channel = 0; channel < rates.size(); ++channel)
    shared_.levels().for_each_over(static_cast<std::uint32_t>(channel), [&](FlowIndex flow) {
      rates[channel] += shared_.bytes_per_s(flow);
    });
}

}  // namespace lockstep::topologies
