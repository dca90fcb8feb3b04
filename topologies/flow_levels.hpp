// Max-min fair rates that are kept up to date while flows come and go, at a cost that depends on
// what changes and not on how many flows there are.
//
// `FairSharing` says what max-min rates are; here they are seen from the channels. A full channel x
// *holds* flows at its level L_x, their rate; all its other flows are held by channels of lower
// levels. With n_xh flows over x that h holds, and capacity C_x,
//   L_x = (C_x - sum over h != x of n_xh L_h) / n_xx,    and L_h <= L_x for every h with n_xh > 0;
// a channel that holds nothing is *open*: the sum of n_xh L_h is at most C_x. Levels and holders
// that satisfy this for all channels are max-min fair, whatever way they were found. So a change is
// followed through the channels it reaches. One that no longer satisfies its equation is put right:
// its level is computed anew from the levels of the others, and it takes flows over from channels
// of higher levels; then those that share flows with it are looked at, lower levels first, until
// all equations hold. Lower levels do not depend on higher ones, so that this ends.
//
//   Example. Channels A (capacity 10) and B (capacity 6); flows 1 over A, 2 over A and B, 3 over B.
//   B holds 2 and 3 at 3, A holds 1 at 10 - 3 = 7. Flow 3 ends: B's level rises to 6; A is at 4,
//   below it, and takes over flow 2, both at 5; B is open, with 5 of 6 taken.
//
// A channel is told about every change of a level that it counts (its sum changes by n_xh times the
// difference: O(1)), unless it *sleeps*: an open channel with n_x flows cannot fill while
// L_h <= C_x / n_x for all h. So the thousand senders to one server cost nothing while the server's
// level changes. A sleeping channel has a threshold, half of that when it fell asleep, and wakes
// when a holder's level rises above it, or when it has so many flows that it says nothing.
// What still costs much are thousands of channels that each fill at about the level of one that
// they share flows with: with that level, they all change.
//
// Levels are whole multiples of 2^-32 bytes per second, rounded down. Sums are therefore exact, no
// order of events changes a level, and channels that tie are seen to tie.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/count.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {

using Level = Count;  // in units of 2^-32 bytes per second
inline constexpr double levels_a_byte_per_s = 4294967296.0;
[[nodiscard]] inline Level level_of(double bytes_per_s) {
  return static_cast<Level>(bytes_per_s * levels_a_byte_per_s);
}

using FlowIndex = std::uint32_t;

class FlowLevels {
 public:
  static constexpr std::uint32_t none = ~0U;

  // By index of channel; a capacity in bytes per second is 0 or between 2^-32 and 1e15.
  void set_capacity(std::uint32_t channel, double bytes_per_s);
  // Returns a further channel, which gives each of its flows at most this rate, whatever the
  // others have.
  [[nodiscard]] std::uint32_t add_limit(double bytes_per_s);

  // A flow over distinct channels begins or ends; levels and holders are as they were until
  // `settle`.
  void begin(FlowIndex flow, std::span<const std::uint32_t> channels);
  void end(FlowIndex flow);

  struct Change {
    std::uint32_t channel;
    Level before;  // 0 if it held nothing
  };
  struct Move {
    FlowIndex flow;
    std::uint32_t before;  // its holder; `none` if it has just begun
  };
  // Finds all levels and holders. `changes` are the channels whose level is another, once each;
  // `moves` the flows that another channel holds, once each.
  void settle();
  [[nodiscard]] std::span<const Change> changes() const { return changes_; }
  [[nodiscard]] std::span<const Move> moves() const { return moves_; }

  [[nodiscard]] std::uint32_t holder(FlowIndex flow) const { return flows_[flow].holder; }
  [[nodiscard]] Level level(std::uint32_t channel) const { return channels_[channel].level; }
  [[nodiscard]] std::uint32_t flows_over(std::uint32_t channel) const {
    return channel < channels_.size() ? channels_[channel].count() : 0;
  }
  // Calls `look(flow)` for each flow over the channel.
  template <class Look>
  void for_each_over(std::uint32_t channel, Look look) const {
    for (const Member& member : channels_[channel].members) look(member.flow);
  }

 private:
  struct Hop {
    std::uint32_t channel;
    std::uint32_t place;  // among the channel's members
  };
  struct Flow {
    std::vector<Hop> hops;
    std::uint32_t holder = none;
    std::uint32_t moved = 0;  // the last settling that listed it
  };
  struct Member {
    FlowIndex flow;
    std::uint32_t hop;
  };
  // The flows over a channel that another one holds.
  struct Part {
    std::uint32_t holder;
    std::uint32_t flows;
    std::uint32_t place;  // in the holder's list of those that are awake, or asleep
  };
  struct Neighbour {
    std::uint32_t channel;
    std::uint32_t part;
  };
  struct Channel {
    Level capacity = 0;
    Level level = 0;            // while it holds flows
    Level taken = 0;            // by flows that others hold; while awake
    Level top = 0;              // no part has a higher level; while awake
    Level threshold = 0;        // while asleep: no part has a higher level
    Level least_threshold = 0;  // no sleeper has a lower one
    std::uint32_t held = 0;
    std::uint32_t looks = 0;    // since `top` was exact
    std::uint32_t changed = 0;  // the last settling that listed it
    bool awake = false;
    bool queued = false;
    bool is_limit = false;
    std::vector<Member> members;
    std::vector<Part> parts;
    std::vector<Neighbour> neighbours;  // awake channels with flows that this one holds
    std::vector<Neighbour> sleepers;    // sleeping ones
    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(members.size()); }
  };
  struct Waiting {
    std::uint64_t level;  // whole bytes per second
    std::uint32_t channel;
    friend bool operator<(const Waiting& a, const Waiting& b) {
      return a.level != b.level ? a.level > b.level : a.channel > b.channel;
    }
  };

  void choose_holder(FlowIndex index);
  void hold(FlowIndex index, std::uint32_t holder);
  void add_part(std::uint32_t channel, std::uint32_t holder);
  void remove_part(std::uint32_t channel, std::uint32_t holder);
  void list_part(std::uint32_t channel, std::uint32_t part);
  void unlist_part(std::uint32_t channel, std::uint32_t part);
  [[nodiscard]] Level share_of_all(const Channel& channel) const;
  void grow(std::uint32_t channel);
  void wake(std::uint32_t channel);
  void sleep(std::uint32_t channel);
  void wake_sleepers(std::uint32_t holder);
  void queue(std::uint32_t channel);
  void look_at(std::uint32_t channel);
  void put_right(std::uint32_t channel);
  void take_over(std::uint32_t channel);
  void set_level(std::uint32_t channel, Level level);
  void note_change(std::uint32_t channel);

  std::vector<Channel> channels_;
  std::vector<Flow> flows_;
  std::vector<FlowIndex> begun_;
  std::vector<Waiting> queue_;
  std::vector<std::uint32_t> dozing_;
  std::vector<Change> changes_;
  std::vector<Move> moves_;
  std::vector<FlowIndex> taken_over_;
  std::uint32_t settling_ = 1;
};

}  // namespace lockstep::topologies
