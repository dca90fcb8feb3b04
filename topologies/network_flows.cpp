// The max-min side of the network: flows on channels, and which of them a change touches.
#include <algorithm>
#include <vector>

#include "topologies/network.hpp"

namespace lockstep::topologies {

void Network::start_flow(MessageIndex index) {
  MessageState& message = messages_[index];
  occupy(message);
  message.left_bytes = message.bytes;
  message.rated_at = engine_->now();
  message.bytes_per_s = 0;
  const bool alone = link_hops(index);
  if (!alone && message.bytes > 0) {
    mark(message);
    return;
  }
  set_rate(index, message.route.bytes_per_s);
  message.end =
      engine_->after(message.ends_at - engine_->now(), event_of<&Network::end_flow>(index));
}

void Network::end_flow(MessageIndex index) {
  const bool alone = unlink_hops(index);
  if (!alone) mark(messages_[index]);
  finish(index);
}

// Puts the flow on its channels; says whether no other flow is on any of them.
bool Network::link_hops(MessageIndex index) {
  const Route& route = messages_[index].route;
  const std::size_t length = route.channels.size();
  if (free_hops_.size() <= length) free_hops_.resize(length + 1);
  HopIndex hop = static_cast<HopIndex>(hops_.size());
  if (free_hops_[length].empty()) {
    hops_.resize(hops_.size() + length);
  } else {
    hop = free_hops_[length].back();
    free_hops_[length].pop_back();
  }
  messages_[index].first_hop = hop;
  bool alone = true;
  for (const ChannelIndex channel : route.channels) {
    HopIndex& first = channels_[static_cast<std::size_t>(channel)].first_hop;
    alone = alone && first == none;
    if (first != none) hops_[first].previous = hop;
    hops_[hop] = {index, first, none};
    first = hop++;
  }
  return alone;
}

// Takes the flow off its channels; says whether no other flow is left on any of them.
bool Network::unlink_hops(MessageIndex index) {
  const Route& route = messages_[index].route;
  HopIndex hop = messages_[index].first_hop;
  free_hops_[route.channels.size()].push_back(hop);
  bool alone = true;
  for (const ChannelIndex channel : route.channels) {
    const Hop& gone = hops_[hop++];
    HopIndex& first = channels_[static_cast<std::size_t>(channel)].first_hop;
    if (gone.previous == none)
      first = gone.next;
    else
      hops_[gone.previous].next = gone.next;
    if (gone.next != none) hops_[gone.next].previous = gone.previous;
    alone = alone && first == none;
  }
  return alone;
}

// Has the rates around the flow's channels solved for at the end of this instant.
void Network::mark(const MessageState& message) {
  marked_.insert(marked_.end(), message.route.channels.begin(), message.route.channels.end());
  if (std::exchange(solve_scheduled_, true)) return;
  engine_->at_end_of_instant(
      {[](void* self, std::uint64_t) { static_cast<Network*>(self)->solve_marked(); }, this, 0});
}

void Network::solve_marked() {
  solve_scheduled_ = false;
  collect_touched();
  if (touched_messages_.empty()) return;
  const std::span<const double> rates = fair_sharing_.solve(problem_);
  for (std::size_t i = 0; i < touched_messages_.size(); ++i)
    set_rate(touched_messages_[i], rates[i]);
  form_group();
}

// Makes the problem of all flows that are connected to a marked channel through shared channels.
void Network::collect_touched() {
  ++visit_;
  touched_channels_.clear();
  touched_messages_.clear();
  problem_.clear();
  for (const ChannelIndex channel : marked_) add_channel(channel);
  marked_.clear();
  for (std::size_t i = 0; i < touched_channels_.size(); ++i) {
    HopIndex hop = channels_[static_cast<std::size_t>(touched_channels_[i])].first_hop;
    for (; hop != none; hop = hops_[hop].next) {
      MessageState& message = messages_[hops_[hop].message];
      if (message.visit == visit_) continue;
      message.visit = visit_;
      touched_messages_.push_back(hops_[hop].message);
      for (const ChannelIndex channel : message.route.channels) {
        add_channel(channel);
        problem_.channels.push_back(channels_[static_cast<std::size_t>(channel)].local);
      }
      problem_.first_hop.push_back(static_cast<std::uint32_t>(problem_.channels.size()));
    }
  }
}

void Network::add_channel(ChannelIndex channel) {
  ChannelState& state = channels_[static_cast<std::size_t>(channel)];
  if (state.visit == visit_) return;
  state.visit = visit_;
  state.local = static_cast<std::uint32_t>(touched_channels_.size());
  touched_channels_.push_back(channel);
  problem_.capacities.push_back(topology().channels[static_cast<std::size_t>(channel)].bytes_per_s);
}

// Lets the flow go on at another rate. One that keeps its rate keeps its end, to the picosecond.
void Network::set_rate(MessageIndex index, double bytes_per_s) {
  MessageState& message = messages_[index];
  const bool same = !(message.bytes_per_s < bytes_per_s) && !(message.bytes_per_s > bytes_per_s);
  if (same) return;
  const double passed_s = (engine_->now() - message.rated_at).seconds();
  message.left_bytes = std::max(0.0, message.left_bytes - message.bytes_per_s * passed_s);
  message.bytes_per_s = bytes_per_s;
  message.rated_at = engine_->now();
  message.ends_at = saturating_add(engine_->now(), ceil_seconds(message.left_bytes / bytes_per_s));
}

void Network::leave_group(MessageIndex index) {
  MessageState& message = messages_[index];
  if (message.group == none) {
    engine_->cancel(message.end);
    return;
  }
  Group& group = groups_[message.group];
  if (--group.present > 0) return;
  engine_->cancel(group.first_end);
  free_groups_.push_back(message.group);
}

// Makes one group of all flows that have just been solved for.
void Network::form_group() {
  for (const MessageIndex index : touched_messages_) leave_group(index);
  if (free_groups_.empty()) {
    free_groups_.push_back(static_cast<std::uint32_t>(groups_.size()));
    groups_.emplace_back();
  }
  const std::uint32_t group = free_groups_.back();
  free_groups_.pop_back();
  for (const MessageIndex index : touched_messages_) messages_[index].group = group;
  groups_[group].members.assign(touched_messages_.begin(), touched_messages_.end());
  groups_[group].present = static_cast<std::uint32_t>(touched_messages_.size());
  await_first_end(group);
}

// Forgets members that have left, and schedules the end of the first of the others.
void Network::await_first_end(std::uint32_t group) {
  auto& members = groups_[group].members;
  std::erase_if(members, [&](MessageIndex index) { return messages_[index].group != group; });
  Picoseconds first_end = longest_run;
  for (const MessageIndex index : members)
    first_end = std::min(first_end, messages_[index].ends_at);
  groups_[group].first_end =
      engine_->after(first_end - engine_->now(), event_of<&Network::end_first_of_group>(group));
}

void Network::end_first_of_group(std::uint32_t group) {
  std::vector<MessageIndex> ending;
  for (const MessageIndex index : groups_[group].members) {
    MessageState& message = messages_[index];
    if (message.group != group || message.ends_at > engine_->now()) continue;
    ending.push_back(index);
    message.group = none;
  }
  groups_[group].present -= static_cast<std::uint32_t>(ending.size());
  if (groups_[group].present > 0)
    await_first_end(group);
  else
    free_groups_.push_back(group);
  for (const MessageIndex index : ending) end_flow(index);
}

std::vector<double> Network::channel_rates() const {
  std::vector<double> rates(channels_.size(), 0);
  for (std::size_t channel = 0; channel < channels_.size(); ++channel)
    for (HopIndex hop = channels_[channel].first_hop; hop != none; hop = hops_[hop].next)
      rates[channel] += messages_[hops_[hop].message].bytes_per_s;
  return rates;
}

}  // namespace lockstep::topologies
