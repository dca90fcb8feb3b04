#include "topologies/flow_levels.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace lockstep::topologies {

void FlowLevels::set_capacity(std::uint32_t channel, double bytes_per_s) {
  if (channel >= channels_.size()) channels_.resize(channel + 1);
  Channel& state = channels_[channel];
  state.capacity = level_of(bytes_per_s);
  if (state.count() == 0)
    state.threshold = state.capacity / 2;
  else if (state.awake)
    queue(channel);
  else
    wake(channel);
}

std::uint32_t FlowLevels::add_limit(double bytes_per_s) {
  Channel limit;
  limit.capacity = limit.level = limit.threshold = level_of(bytes_per_s);
  limit.is_limit = true;
  channels_.push_back(std::move(limit));
  return static_cast<std::uint32_t>(channels_.size() - 1);
}

void FlowLevels::begin(FlowIndex flow, std::span<const std::uint32_t> channels) {
  if (flow >= flows_.size()) flows_.resize(flow + 1);
  Flow& state = flows_[flow];
  state.hops.clear();
  state.holder = none;
  state.moved = 0;
  for (const std::uint32_t channel : channels) {
    auto& members = channels_[channel].members;
    state.hops.push_back({channel, static_cast<std::uint32_t>(members.size())});
    members.push_back({flow, static_cast<std::uint32_t>(state.hops.size() - 1)});
  }
  begun_.push_back(flow);
}

void FlowLevels::end(FlowIndex flow) {
  const std::uint32_t holder = flows_[flow].holder;
  check(holder != none, "flow {} ends in the instant in which it began", flow);
  for (const Hop& hop : flows_[flow].hops) {
    Channel& channel = channels_[hop.channel];
    const Member last = channel.members.back();
    channel.members[hop.place] = last;
    flows_[last.flow].hops[last.hop].place = hop.place;
    channel.members.pop_back();
    if (hop.channel == holder)
      --channel.held;
    else
      remove_part(hop.channel, holder);
    look_at(hop.channel);
  }
}

void FlowLevels::settle() {
  changes_.clear();
  moves_.clear();
  ++settling_;
  for (const FlowIndex flow : begun_)
    for (const Hop& hop : flows_[flow].hops) grow(hop.channel);
  for (const FlowIndex flow : begun_) choose_holder(flow);
  begun_.clear();
  const std::size_t most = 1'000'000 + 1'000 * channels_.size();
  for (std::size_t done = 0; !queue_.empty(); ++done) {
    check(done < most, "the levels of {} channels do not settle", channels_.size());
    std::pop_heap(queue_.begin(), queue_.end());
    const std::uint32_t channel = queue_.back().channel;
    queue_.pop_back();
    channels_[channel].queued = false;
    if (channels_[channel].awake) put_right(channel);
  }
}

// Holds a flow that begins at the channel that now seems to be its bottleneck.
void FlowLevels::choose_holder(FlowIndex index) {
  std::uint32_t holder = none;
  Level least = 0;
  for (const Hop& hop : flows_[index].hops) {
    const Channel& channel = channels_[hop.channel];
    const Level level = channel.held > 0 ? channel.level : share_of_all(channel);
    if (holder != none && level >= least) continue;
    holder = hop.channel;
    least = level;
  }
  Channel& channel = channels_[holder];
  if (!channel.awake) wake(holder);
  if (channel.held == 0 && !channel.is_limit) {
    note_change(holder);
    channel.level = least;
  }
  hold(index, holder);
}

void FlowLevels::hold(FlowIndex index, std::uint32_t holder) {
  Flow& flow = flows_[index];
  const std::uint32_t before = std::exchange(flow.holder, holder);
  if (flow.moved != settling_) {
    flow.moved = settling_;
    moves_.push_back({index, before});
  }
  for (const Hop& hop : flow.hops) {
    if (hop.channel == before)
      --channels_[hop.channel].held;
    else if (before != none)
      remove_part(hop.channel, before);
    if (hop.channel == holder)
      ++channels_[hop.channel].held;
    else
      add_part(hop.channel, holder);
    look_at(hop.channel);
  }
}

void FlowLevels::add_part(std::uint32_t index, std::uint32_t holder) {
  Channel& channel = channels_[index];
  const Level level = channels_[holder].level;
  if (channel.awake) {
    channel.taken += level;
    channel.top = std::max(channel.top, level);
  }
  for (Part& part : channel.parts)
    if (part.holder == holder) {
      ++part.flows;
      return;
    }
  channel.parts.push_back({holder, 1, 0});
  list_part(index, static_cast<std::uint32_t>(channel.parts.size() - 1));
  if (!channel.awake && level > channel.threshold) wake(index);
}

void FlowLevels::remove_part(std::uint32_t index, std::uint32_t holder) {
  Channel& channel = channels_[index];
  if (channel.awake) channel.taken -= channels_[holder].level;
  std::uint32_t part = 0;
  while (channel.parts[part].holder != holder) ++part;
  if (--channel.parts[part].flows > 0) return;
  unlist_part(index, part);
  const Part last = channel.parts.back();
  channel.parts.pop_back();
  if (part == channel.parts.size()) return;
  channel.parts[part] = last;
  Channel& holds_last = channels_[last.holder];
  (channel.awake ? holds_last.neighbours : holds_last.sleepers)[last.place].part = part;
}

void FlowLevels::list_part(std::uint32_t index, std::uint32_t part) {
  Channel& channel = channels_[index];
  Channel& holder = channels_[channel.parts[part].holder];
  auto& list = channel.awake ? holder.neighbours : holder.sleepers;
  if (!channel.awake)
    holder.least_threshold =
        list.empty() ? channel.threshold : std::min(holder.least_threshold, channel.threshold);
  channel.parts[part].place = static_cast<std::uint32_t>(list.size());
  list.push_back({index, part});
}

void FlowLevels::unlist_part(std::uint32_t index, std::uint32_t part) {
  const Channel& channel = channels_[index];
  Channel& holder = channels_[channel.parts[part].holder];
  auto& list = channel.awake ? holder.neighbours : holder.sleepers;
  const Neighbour last = list.back();
  const std::uint32_t place = channel.parts[part].place;
  list[place] = last;
  channels_[last.channel].parts[last.part].place = place;
  list.pop_back();
}

// Returns the level at which the channel would be full if it held all of its flows.
Level FlowLevels::share_of_all(const Channel& channel) const {
  return channel.is_limit ? channel.capacity : channel.capacity / channel.count();
}

// Wakes a channel that has so many flows that its threshold says nothing.
void FlowLevels::grow(std::uint32_t index) {
  const Channel& channel = channels_[index];
  if (!channel.awake && !channel.is_limit && channel.count() * channel.threshold > channel.capacity)
    wake(index);
}

void FlowLevels::wake(std::uint32_t index) {
  Channel& channel = channels_[index];
  for (std::uint32_t part = 0; part < channel.parts.size(); ++part) unlist_part(index, part);
  channel.awake = true;
  channel.taken = channel.top = 0;
  channel.looks = 0;
  for (std::uint32_t part = 0; part < channel.parts.size(); ++part) {
    const Level level = channels_[channel.parts[part].holder].level;
    channel.taken += channel.parts[part].flows * level;
    channel.top = std::max(channel.top, level);
    list_part(index, part);
  }
  queue(index);
}

// Lets an open channel sleep, if it is far from full.
void FlowLevels::sleep(std::uint32_t index) {
  Channel& channel = channels_[index];
  channel.looks = 0;
  channel.top = 0;
  for (const Part& part : channel.parts)
    channel.top = std::max(channel.top, channels_[part.holder].level);
  const std::uint32_t count = std::max(channel.count(), 1U);
  const bool is_far = channel.is_limit ? channel.top <= channel.capacity
                                       : 4 * count * channel.top <= channel.capacity;
  if (!is_far) return;
  for (std::uint32_t part = 0; part < channel.parts.size(); ++part) unlist_part(index, part);
  channel.awake = false;
  channel.threshold = channel.is_limit ? channel.capacity : channel.capacity / (2 * count);
  for (std::uint32_t part = 0; part < channel.parts.size(); ++part) list_part(index, part);
}

void FlowLevels::wake_sleepers(std::uint32_t index) {
  Channel& holder = channels_[index];
  dozing_.clear();
  holder.least_threshold = holder.level;
  bool first = true;
  for (const Neighbour& sleeper : holder.sleepers) {
    const Level threshold = channels_[sleeper.channel].threshold;
    if (threshold < holder.level) {
      dozing_.push_back(sleeper.channel);
      continue;
    }
    holder.least_threshold = first ? threshold : std::min(holder.least_threshold, threshold);
    first = false;
  }
  for (const std::uint32_t channel : dozing_) wake(channel);
}

void FlowLevels::queue(std::uint32_t index) {
  Channel& channel = channels_[index];
  if (std::exchange(channel.queued, true)) return;
  const Level level =
      channel.held > 0 || channel.count() == 0 ? channel.level : share_of_all(channel);
  queue_.push_back({static_cast<std::uint64_t>(level >> 32), index});
  std::push_heap(queue_.begin(), queue_.end());
}

// Has a channel put right, if what has changed around it may ask for that.
void FlowLevels::look_at(std::uint32_t index) {
  Channel& channel = channels_[index];
  if (!channel.awake || channel.queued) return;
  const bool is_right = channel.is_limit ? channel.top <= channel.capacity
                                         : channel.held == 0 && channel.level == 0 &&
                                               channel.taken <= channel.capacity;
  if (!is_right || (channel.held == 0 && ++channel.looks > channel.parts.size())) queue(index);
}

void FlowLevels::put_right(std::uint32_t index) {
  Channel& channel = channels_[index];
  if (channel.is_limit) {
    if (channel.top > channel.capacity) take_over(index);
    if (channel.held == 0) sleep(index);
    return;
  }
  if (channel.taken <= channel.capacity) {
    if (channel.held == 0) {
      set_level(index, 0);
      if (channel.looks >= channel.parts.size()) sleep(index);
      return;
    }
    const Level level = (channel.capacity - channel.taken) / channel.held;
    if (level >= channel.top) {
      set_level(index, level);
      return;
    }
  }
  // Flows that stop at lower levels leave more for the others, until none of these does.
  Level level = channel.capacity / channel.count();
  for (bool rises = true; rises;) {
    Level taken = 0;
    std::uint32_t stopped = 0;
    for (const Part& part : channel.parts) {
      const Level other = channels_[part.holder].level;
      if (other >= level) continue;
      taken += part.flows * other;
      stopped += part.flows;
    }
    check(stopped < channel.count(), "channel {} is full of flows below its level", index);
    const Level next = (channel.capacity - taken) / (channel.count() - stopped);
    rises = next > level;
    level = next;
  }
  set_level(index, level);
  take_over(index);
}

// Takes the flows over that other channels hold at higher levels.
void FlowLevels::take_over(std::uint32_t index) {
  Channel& channel = channels_[index];
  bool any = false;
  for (const Part& part : channel.parts) any = any || channels_[part.holder].level > channel.level;
  if (any) {
    taken_over_.clear();
    for (const Member& member : channel.members)
      if (channels_[flows_[member.flow].holder].level > channel.level)
        taken_over_.push_back(member.flow);
    channel.queued = true;  // it is being put right
    for (const FlowIndex flow : taken_over_) hold(flow, index);
    channel.queued = false;
  }
  channel.top = 0;
  for (const Part& part : channel.parts)
    channel.top = std::max(channel.top, channels_[part.holder].level);
  channel.looks = 0;
}

void FlowLevels::set_level(std::uint32_t index, Level level) {
  Channel& channel = channels_[index];
  if (channel.level == level) return;
  note_change(index);
  const Level difference = level - std::exchange(channel.level, level);
  for (const Neighbour& neighbour : channel.neighbours) {
    Channel& other = channels_[neighbour.channel];
    other.taken += other.parts[neighbour.part].flows * difference;
    other.top = std::max(other.top, level);
    look_at(neighbour.channel);
  }
  if (!channel.sleepers.empty() && level > channel.least_threshold) wake_sleepers(index);
}

void FlowLevels::note_change(std::uint32_t index) {
  Channel& channel = channels_[index];
  if (std::exchange(channel.changed, settling_) == settling_) return;
  changes_.push_back({index, channel.level});
}

}  // namespace lockstep::topologies
