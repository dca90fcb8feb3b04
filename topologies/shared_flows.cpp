#include "topologies/shared_flows.hpp"

#include <algorithm>
#include <utility>

#include "topologies/placed_heap.hpp"

namespace lockstep::topologies {

namespace {

constexpr Count units_a_byte = Count{1'000'000'000'000} << 32;
// What a flow has left at once, so that sums stay below 2^127: more comes in parts.
constexpr double most_bytes_at_once = 4e15;
// A clock that has come this far begins anew: it cannot overflow before its next flow ends.
constexpr Count latest_clock = Count{1} << 124;

}  // namespace

SharedFlows::Holder& SharedFlows::holder(std::uint32_t channel) {
  if (channel >= holders_.size()) holders_.resize(channel + 1);
  return holders_[channel];
}

SharedFlows::Served SharedFlows::next_part(Flow& flow) {
  const double bytes = std::min(flow.later_bytes, most_bytes_at_once);
  flow.later_bytes -= bytes;
  const auto whole = static_cast<Served>(bytes);
  return whole * units_a_byte +
         static_cast<Served>((bytes - to_double(whole)) * to_double(units_a_byte));
}

void SharedFlows::begin(FlowIndex flow, double bytes, std::span<const std::uint32_t> channels) {
  if (flow >= flows_.size()) flows_.resize(flow + 1);
  flows_[flow].later_bytes = bytes;
  flows_[flow].left = next_part(flows_[flow]);
  levels_.begin(flow, channels);
  ++flowing_;
}

void SharedFlows::take_ended(Picoseconds now, std::vector<FlowIndex>& ended) {
  while (!holders_by_end_.empty() && holders_[holders_by_end_.front()].ends_at <= now) {
    const std::uint32_t channel = holders_by_end_.front();
    Holder& holder = holders_[channel];
    serve(channel, levels_.level(channel), now);
    while (!holder.ends.empty() && holder.ends.front().at <= holder.served) {
      const End end = remove_end(channel, 0);
      Flow& flow = flows_[end.flow];
      if (flow.later_bytes > 0) {
        push_end(channel, {end.at + next_part(flow), end.flow});
        continue;
      }
      levels_.end(end.flow);
      ended.push_back(end.flow);
      --flowing_;
    }
    await_first_end(channel);
  }
}

void SharedFlows::settle(Picoseconds now) {
  levels_.settle();
  ++settling_;
  touched_.clear();
  for (const FlowLevels::Change& change : levels_.changes()) {
    serve(change.channel, change.before, now);
    touch(change.channel);
  }
  for (const FlowLevels::Move& move : levels_.moves()) {
    Flow& flow = flows_[move.flow];
    if (move.before != FlowLevels::none) {
      serve(move.before, levels_.level(move.before), now);
      flow.left = remove_end(move.before, flow.place).at - holders_[move.before].served;
      touch(move.before);
    }
    const std::uint32_t channel = levels_.holder(move.flow);
    serve(channel, levels_.level(channel), now);
    push_end(channel, {holders_[channel].served + flow.left, move.flow});
    touch(channel);
  }
  for (const std::uint32_t channel : touched_) await_first_end(channel);
}

Picoseconds SharedFlows::next_end() const {
  return holders_by_end_.empty() ? longest_run : holders_[holders_by_end_.front()].ends_at;
}

// Brings the channel's clock to `now`; its level was `level` since it last was.
void SharedFlows::serve(std::uint32_t channel, Level level, Picoseconds now) {
  Holder& state = holder(channel);
  const Picoseconds passed = now - std::exchange(state.since, now);
  if (state.ends.empty()) {
    state.served = 0;
    return;
  }
  state.served += level * passed.ps;
  if (state.served < latest_clock) return;
  for (End& end : state.ends) end.at -= state.served;
  state.served = 0;
}

void SharedFlows::push_end(std::uint32_t channel, End end) {
  push_placed(
      holders_[channel].ends, end, [](const End& a, const End& b) { return a.at < b.at; },
      [this](const End& moved, std::uint32_t place) { flows_[moved.flow].place = place; });
}

SharedFlows::End SharedFlows::remove_end(std::uint32_t channel, std::uint32_t place) {
  const End end = holders_[channel].ends[place];
  remove_placed(
      holders_[channel].ends, place, [](const End& a, const End& b) { return a.at < b.at; },
      [this](const End& moved, std::uint32_t to) { flows_[moved.flow].place = to; });
  return end;
}

void SharedFlows::touch(std::uint32_t channel) {
  if (std::exchange(holders_[channel].touched, settling_) != settling_) touched_.push_back(channel);
}

// Finds when the first flow of the channel ends: at the first picosecond at which it has been
// served.
void SharedFlows::await_first_end(std::uint32_t channel) {
  Holder& state = holders_[channel];
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    return holders_[a].ends_at < holders_[b].ends_at;
  };
  const auto put = [this](std::uint32_t moved, std::uint32_t place) {
    holders_[moved].place = place;
  };
  if (state.ends.empty()) {
    if (state.place != nowhere) remove_placed(holders_by_end_, state.place, before, put);
    state.place = nowhere;
    return;
  }
  const Level level = levels_.level(channel);
  state.ends_at = longest_run;
  if (level > 0) {
    const Count span = (state.ends.front().at - state.served + level - 1) / level;
    if (span < longest_run.ps)
      state.ends_at = saturating_add(state.since, {static_cast<std::int64_t>(span)});
  }
  if (state.place == nowhere)
    push_placed(holders_by_end_, channel, before, put);
  else
    restore_place(holders_by_end_, state.place, before, put);
}

}  // namespace lockstep::topologies
