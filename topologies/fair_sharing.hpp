// Max-min fair sharing: the rates of flows that share channels.
//
// Given channels c with capacities C_c and flows f that each use a set of channels, rates r_f are
// max-min fair if
//   (1) feasible:  for every channel c, the sum of r_f over its flows is at most C_c;
//   (2) fair:      every flow f has a bottleneck: a channel with no capacity left on which no other
//                  flow is faster than f.
// Exactly one vector of rates satisfies both: raise all rates together from 0; when a channel is
// full, its flows stop there (a flow that got more would take it from one that has no more than
// it has), the others go on (Bertsekas and Gallager: "Data networks", 2nd ed., section 6.5.2).
//
//   Example. Channels A (capacity 10) and B (capacity 6); flows 1 over A, 2 over A and B, 3 over B.
//   Rising together, B is full at 3: flows 2 and 3 get 3. Flow 1 goes on until A is full: 10-3 = 7.
//
// A flow may put only a share s_fc of its rate on a channel. Then the sum in (1) is that of
// s_fc r_f, and a channel is full at the level of its capacity over the sum of its flows' shares.
//
// The solver does just that, a channel at a time, in order of the level at which each fills up:
// O((channels + hops) log channels), hops being the summed lengths of the routes. The result does
// not depend on the order of flows or channels: equal levels commute.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::topologies {

// Flow i uses channels[first_hop[i] .. first_hop[i + 1]), each at most once and at least one.
struct SharingProblem {
  std::vector<double> capacities;        // by channel, bytes per second, above 0
  std::vector<std::uint32_t> first_hop;  // one more than flows
  std::vector<std::uint32_t> channels;
  // By hop: the share of the flow's rate on that channel, above 0, at most 1. Empty: all are 1.
  std::vector<double> shares;

  void clear() {
    capacities.clear();
    first_hop.assign(1, 0);
    channels.clear();
    shares.clear();
  }
  [[nodiscard]] std::size_t flows() const { return first_hop.size() - 1; }
  [[nodiscard]] double share(std::size_t hop) const { return shares.empty() ? 1 : shares[hop]; }
};

// A pure function of its problem; the object only keeps the working storage.
class FairSharing {
 public:
  // The rate of each flow, in bytes per second. Valid until the next call.
  std::span<const double> solve(const SharingProblem& problem);

 private:
  struct Level {
    double rate;  // at which the channel would be full, when last computed
    std::uint32_t channel;
  };
  // A channel while rates rise. Flows that have stopped at the current level are counted apart, so
  // that channels that tie are seen to tie, however rounding changes the capacity left on them.
  struct Filling {
    double left = 0;            // capacity not taken by flows that stopped at lower levels
    std::uint32_t flows = 0;    // that did not stop at lower levels
    std::uint32_t stopped = 0;  // those of `flows` that stopped at `stopped_at`
    double shares = 0;          // the sum over `flows`
    double stopped_shares = 0;  // the sum over those that stopped at `stopped_at`
    double stopped_at = 0;

    [[nodiscard]] double rate() const { return left / shares; }
    void stop_one(double rate, double share) {
      if (rate > stopped_at) settle();
      stopped_at = rate;
      ++stopped;
      stopped_shares += share;
    }
    void settle() {
      left -= stopped_at * stopped_shares;
      shares -= stopped_shares;
      flows -= stopped;
      stopped_shares = 0;
      stopped = 0;
    }
  };

  void list_flows_of_channels(const SharingProblem& problem);
  void fill(const SharingProblem& problem, std::uint32_t channel, double rate);

  std::vector<double> rates_;
  std::vector<Filling> filling_;
  std::vector<std::uint32_t> first_flow_;  // flows of channel c: flow_list_[first_flow_[c] ..)
  std::vector<std::uint32_t> flow_list_;
  std::vector<Level> heap_;
};

}  // namespace lockstep::topologies
