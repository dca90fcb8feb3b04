// The messages of the steps of a butterfly: in the step at distance d, one from each of P ranks to
// rank i xor d, all at once.
//
// If all messages of a step have the same latency and, flowing together, the same rate, then ranks
// that begin the step together also end it together. So they go through all steps as if they waited
// for each other after each.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "topologies/network.hpp"

namespace lockstep::models {

class ButterflyRounds {
 public:
  // `nodes` are those of the ranks, in the order of the group; their number is a power of two.
  ButterflyRounds(topologies::Network& network, topologies::Sharing sharing,
                  std::vector<topologies::NodeIndex> nodes);

  // The step at one distance.
  struct Round {
    bool alike = false;  // all messages; if not, what follows is not known
    Picoseconds latency;
    double bytes_per_s = 0;
    // The channels that messages cross, and how many do.
    std::vector<std::pair<topologies::ChannelIndex, std::int32_t>> channels;

    [[nodiscard]] Picoseconds flowing(std::int64_t bytes) const {
      return ceil_seconds(static_cast<double>(bytes) / bytes_per_s);
    }
    // Returns how long a message takes.
    [[nodiscard]] Picoseconds duration(std::int64_t bytes) const {
      return saturating_add(latency, flowing(bytes));
    }
  };
  // Solves for the rates of a step when it is first asked for. The reference stays valid.
  [[nodiscard]] const Round& at(int distance);
  // Adds what messages of `bytes` bytes bring to the loads of the channels.
  void add_loads(int distance, std::int64_t bytes);

 private:
  [[nodiscard]] Round round(int distance);

  topologies::Network* network_;
  topologies::Sharing sharing_;
  std::vector<topologies::NodeIndex> nodes_;
  std::map<int, Round> rounds_;  // by distance
};

}  // namespace lockstep::models
