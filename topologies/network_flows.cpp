// The max-min side of the network: whose turn it is, flows on channels, and which of them a change
// touches.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "topologies/flow_problem.hpp"
#include "topologies/network.hpp"

namespace lockstep::topologies {

void Network::queue_on_connection(MessageIndex index) {
  if (messages_[index].connection == no_connection) return;
  Connection& connection = connections_[messages_[index].connection];
  if (connection.first == none)
    connection.first = index;
  else
    messages_[connection.last].next = index;
  connection.last = index;
}

void Network::end_latency(MessageIndex index) {
  MessageState& message = messages_[index];
  message.may_flow = true;
  const bool waits =
      message.connection != no_connection && connections_[message.connection].first != index;
  if (!waits) start_flow(index);
}

// The message has been sent in full: the one behind it flows, if its latency has passed.
void Network::next_on_connection(MessageIndex index) {
  if (messages_[index].connection == no_connection) return;
  Connection& connection = connections_[messages_[index].connection];
  connection.first = messages_[index].next;
  if (connection.first != none && messages_[connection.first].may_flow)
    start_flow(connection.first);
}

void Network::start_flow(MessageIndex index) {
  MessageState& message = messages_[index];
  occupy(message);
  if (flows_.size() < messages_.size()) flows_.resize(messages_.size());
  Flow& flow = flows_[index];
  flow = {};
  flow.channels = message.route.channels;
  flow.shares = message.route.shares;
  flow.left_bytes = message.bytes;
  flow.rated_at = engine_->now();
  flow.number = flows_begun_++;
  if (shared_.size() > 0 && message.bytes > 0 && meets_shared(flow)) {
    start_shared(index);
    return;
  }
  const bool alone = enter_channels(index) && !crosses_down(flow);
  if (!alone && message.bytes > 0) {
    mark(message);
    return;
  }
  set_rate(flow, message.route.bytes_per_s);
  message.end = engine_->after(flow.ends_at - engine_->now(), event_of<&Network::end_flow>(index));
}

void Network::end_flow(MessageIndex index) {
  stop_flow(index);
  next_on_connection(index);
  finish(index);
}

void Network::stop_flow(MessageIndex index) {
  const bool alone = leave_channels(index);
  if (!alone) mark(messages_[index]);
}

// Puts the flow on its channels; says whether no other flow is on any of them.
bool Network::enter_channels(MessageIndex index) {
  bool alone = true;
  for (const ChannelIndex channel : flows_[index].channels) {
    std::vector<MessageIndex>& flows = channels_[static_cast<std::size_t>(channel)].flows;
    if (is_unshared(channel)) continue;
    alone = alone && flows.empty();
    flows.push_back(index);
  }
  return alone;
}

// Takes the flow off its channels; says whether no other flow is left on any of them. Flows that
// end at the same time mostly do so newest first, and are found at the back.
bool Network::leave_channels(MessageIndex index) {
  bool alone = true;
  for (const ChannelIndex channel : flows_[index].channels) {
    std::vector<MessageIndex>& flows = channels_[static_cast<std::size_t>(channel)].flows;
    if (is_unshared(channel)) continue;
    flows.erase(std::find(flows.rbegin(), flows.rend(), index).base() - 1);
    alone = alone && flows.empty();
  }
  return alone;
}

// What a channel that is down carries: so little that no flow over it ends within a run.
double Network::capacity_of(ChannelIndex channel) const {
  constexpr double next_to_nothing = 1e-200;
  const bool down = channels_[static_cast<std::size_t>(channel)].is_down;
  return down ? next_to_nothing
              : topology().channels[static_cast<std::size_t>(channel)].bytes_per_s;
}

bool Network::crosses_down(const Flow& flow) const {
  return channels_down_ > 0 && std::ranges::any_of(flow.channels, [&](ChannelIndex channel) {
           return channels_[static_cast<std::size_t>(channel)].is_down;
         });
}

void Network::set_carries(LinkIndex link, bool carries) {
  const auto& channels = topology().channels;
  auto channel =
      static_cast<std::size_t>(topology().first_channel_of_link[static_cast<std::size_t>(link)]);
  for (; channel < channels.size() && channels[channel].link == link; ++channel) {
    if (channels_[channel].is_down != carries || channels[channel].unshared) continue;
    channels_[channel].is_down = !carries;
    carries ? --channels_down_ : ++channels_down_;
    set_shared_capacity(channel);
    mark_channel(static_cast<ChannelIndex>(channel));
  }
}

// Has the rates around the flow's channels solved for at the end of this instant.
void Network::mark(const MessageState& message) {
  ++changes_;
  for (const ChannelIndex channel : message.route.channels)
    if (!is_unshared(channel)) mark_channel(channel);
}

void Network::mark_channel(ChannelIndex channel) {
  marked_.push_back(channel);
  schedule_solve();
}

void Network::schedule_solve() {
  if (std::exchange(solve_scheduled_, true)) return;
  engine_->at_end_of_instant(
      {[](void* self, std::uint64_t) { static_cast<Network*>(self)->solve_marked(); }, this, 0});
}

void Network::solve_marked() {
  solve_scheduled_ = false;
  collect_touched();
  const std::size_t flows = touched_messages_.size();
  if (can_share_ && flows >= many_.flows && flows >= many_.a_change * changes_) move_to_shared(0);
  changes_ = 0;
  if (!touched_messages_.empty()) regroup_touched();
  if (shared_changed_) settle_shared();
}

// Solves for all touched flows, which become one group.
void Network::regroup_touched() {
  const std::span<const double> rates = fair_sharing_.solve(problem_);
  const std::uint32_t group = new_group();
  Picoseconds first_end = longest_run;
  for (std::size_t i = 0; i < touched_messages_.size(); ++i) {
    Flow& flow = flows_[touched_messages_[i]];
    set_rate(flow, rates[i]);
    leave_group(touched_messages_[i]);
    flow.group = group;
    first_end = std::min(first_end, flow.ends_at);
  }
  groups_[group].members.assign(touched_messages_.begin(), touched_messages_.end());
  groups_[group].present = static_cast<std::uint32_t>(touched_messages_.size());
  groups_[group].first_end =
      engine_->after(first_end - engine_->now(), event_of<&Network::end_first_of_group>(group));
}

// Makes the problem of all flows that are connected to a marked channel through shared channels;
// those that are so to shared flows join them instead.
void Network::collect_touched() {
  ++visit_;
  touched_channels_.clear();
  touched_messages_.clear();
  problem_.clear();
  if (shared_.size() == 0) {
    for (const ChannelIndex channel : marked_) add_channel(channel);
    add_flows_from(0);
  } else {
    for (const ChannelIndex channel : marked_) collect_from(channel);
  }
  marked_.clear();
}

// Follows flows from the channels from number `first` on to all that are connected.
void Network::add_flows_from(std::size_t first) {
  for (std::size_t i = first; i < touched_channels_.size(); ++i) {
    const auto& flows = channels_[static_cast<std::size_t>(touched_channels_[i])].flows;
    for (auto index = flows.rbegin(); index != flows.rend(); ++index) {
      Flow& flow = flows_[*index];
      if (flow.visit == visit_) continue;
      flow.visit = visit_;
      add_flow(*index);
    }
  }
}

void Network::add_flow(MessageIndex index) {
  const Flow& flow = flows_[index];
  touched_messages_.push_back(index);
  topologies::add_flow(problem_, topology(), flow.channels, flow.shares,
                       [this](ChannelIndex channel) {
                         add_channel(channel);
                         return channels_[static_cast<std::size_t>(channel)].local;
                       });
}

void Network::add_channel(ChannelIndex channel) {
  ChannelState& state = channels_[static_cast<std::size_t>(channel)];
  if (state.visit == visit_) return;
  state.visit = visit_;
  state.local = static_cast<std::uint32_t>(problem_.capacities.size());
  touched_channels_.push_back(channel);
  problem_.capacities.push_back(capacity_of(channel));
}

// Lets the flow go on at another rate. One that keeps its rate keeps its end, to the picosecond.
void Network::set_rate(Flow& flow, double bytes_per_s) const {
  const bool same = !(flow.bytes_per_s < bytes_per_s) && !(flow.bytes_per_s > bytes_per_s);
  if (same) return;
  const double passed_s = (engine_->now() - flow.rated_at).seconds();
  flow.left_bytes = std::max(0.0, flow.left_bytes - flow.bytes_per_s * passed_s);
  flow.bytes_per_s = bytes_per_s;
  flow.rated_at = engine_->now();
  flow.ends_at = saturating_add(engine_->now(), ceil_seconds(flow.left_bytes / bytes_per_s));
}

void Network::leave_group(MessageIndex index) {
  const std::uint32_t left = flows_[index].group;
  if (left == none) {
    engine_->cancel(messages_[index].end);
    return;
  }
  Group& group = groups_[left];
  if (--group.present > 0) return;
  engine_->cancel(group.first_end);
  free_groups_.push_back(left);
}

std::uint32_t Network::new_group() {
  if (free_groups_.empty()) {
    groups_.emplace_back();
    return static_cast<std::uint32_t>(groups_.size() - 1);
  }
  const std::uint32_t group = free_groups_.back();
  free_groups_.pop_back();
  return group;
}

// Forgets members that have left, and schedules the end of the first of the others.
void Network::await_first_end(std::uint32_t group) {
  auto& members = groups_[group].members;
  std::erase_if(members, [&](MessageIndex index) { return flows_[index].group != group; });
  Picoseconds first_end = longest_run;
  for (const MessageIndex index : members) first_end = std::min(first_end, flows_[index].ends_at);
  groups_[group].first_end =
      engine_->after(first_end - engine_->now(), event_of<&Network::end_first_of_group>(group));
}

void Network::end_first_of_group(std::uint32_t group) {
  std::vector<MessageIndex> ending;
  for (const MessageIndex index : groups_[group].members) {
    Flow& flow = flows_[index];
    if (flow.group != group || flow.ends_at > engine_->now()) continue;
    ending.push_back(index);
    flow.group = none;
  }
  groups_[group].present -= static_cast<std::uint32_t>(ending.size());
  if (groups_[group].present > 0)
    await_first_end(group);
  else
    free_groups_.push_back(group);
  // Flows stand newest first, and leave their channels so. Messages that arrive at one instant are
  // handed over in the order in which they began to flow.
  for (const MessageIndex index : ending) stop_flow(index);
  std::ranges::sort(ending, {}, [&](MessageIndex index) { return flows_[index].number; });
  for (const MessageIndex index : ending) {
    next_on_connection(index);
    finish(index);
  }
}

std::vector<double> Network::channel_rates() const {
  std::vector<double> rates(channels_.size(), 0);
  for (std::size_t channel = 0; channel < channels_.size(); ++channel)
    for (const MessageIndex index : channels_[channel].flows)
      rates[channel] +=
          flows_[index].share_of(static_cast<ChannelIndex>(channel)) * flows_[index].bytes_per_s;
  if (shared_.size() > 0) add_shared_rates(rates);
  return rates;
}

}  // namespace lockstep::topologies
