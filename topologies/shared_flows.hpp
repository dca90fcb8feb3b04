// Flows that share channels max-min fairly, with what is left of each and when the next ones end.
// `FlowLevels` says at which rates they flow.
//
// All flows that a channel holds have the same rate, its level. So the channel has a clock of its
// own: what it has *served*, the integral of its level, which is how much each flow has got while
// it held it. A flow that has `left` to go when the channel begins to hold it ends when the channel
// has served `left` more: that is fixed, whatever the level does. The flows of a channel wait in a
// heap, in order of this end; a level that changes costs nothing for any of them, and one that
// another channel takes over moves from heap to heap. A flow's beginning or end costs O(log flows)
// and what `FlowLevels` needs.
//
// Bytes are counted in whole multiples of 2^-32 byte per second times a picosecond, so that what is
// served in a span of time is exact, and a flow ends at the first whole picosecond at which it can.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/picoseconds.hpp"
#include "topologies/flow_levels.hpp"

namespace lockstep::topologies {

class SharedFlows {
 public:
  [[nodiscard]] FlowLevels& levels() { return levels_; }
  [[nodiscard]] const FlowLevels& levels() const { return levels_; }

  // A flow of `bytes` (more than 0) begins; `settle` gives it a rate.
  void begin(FlowIndex flow, double bytes, std::span<const std::uint32_t> channels);
  // Takes away the flows that have ended by `now`, in no particular order.
  void take_ended(Picoseconds now, std::vector<FlowIndex>& ended);
  // Gives all flows their rates after what has begun, ended or changed at `now`.
  void settle(Picoseconds now);

  [[nodiscard]] std::size_t size() const { return flowing_; }
  // Returns when the next flow ends; `longest_run` if none does.
  [[nodiscard]] Picoseconds next_end() const;
  // Returns 0 before the first `settle` of a flow.
  [[nodiscard]] double bytes_per_s(FlowIndex flow) const {
    if (levels_.holder(flow) == FlowLevels::none) return 0;
    return to_double(levels_.level(levels_.holder(flow))) / levels_a_byte_per_s;
  }

 private:
  using Served = Count;  // in units of 2^-32 byte per second times a picosecond
  static constexpr std::uint32_t nowhere = ~0U;

  struct Flow {
    Served left = 0;                // before a channel holds it
    double later_bytes = 0;         // what does not fit into `left`
    std::uint32_t place = nowhere;  // in its holder's heap
  };
  struct End {
    Served at;
    FlowIndex flow;
  };
  struct Holder {
    Served served = 0;
    Picoseconds since;                  // when `served` was that
    Picoseconds ends_at = longest_run;  // the first of `ends`
    std::uint32_t place = nowhere;      // in `holders_by_end_`
    std::uint32_t touched = 0;          // the last settling that changed it
    std::vector<End> ends;              // a heap
  };

  [[nodiscard]] Holder& holder(std::uint32_t channel);
  [[nodiscard]] Served next_part(Flow& flow);
  void serve(std::uint32_t channel, Level level, Picoseconds now);
  void push_end(std::uint32_t channel, End end);
  [[nodiscard]] End remove_end(std::uint32_t channel, std::uint32_t place);
  void await_first_end(std::uint32_t channel);
  void touch(std::uint32_t channel);

  FlowLevels levels_;
  std::vector<Flow> flows_;
  std::vector<Holder> holders_;                // by channel
  std::vector<std::uint32_t> holders_by_end_;  // a heap of those that hold flows
  std::vector<std::uint32_t> touched_;
  std::uint32_t settling_ = 0;
  std::size_t flowing_ = 0;
};

}  // namespace lockstep::topologies
