// The reference for max-min fair networks: after every instant, all flows are solved for from
// scratch by `FairSharing`, and each gets its rate and its end. Quadratic, and simple.
#pragma once

#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::tests {

struct SentMessage {
  topologies::NodeIndex from = 0;
  topologies::NodeIndex to = 0;
  std::int64_t bytes = 0;
  Picoseconds start;
  int connection = -1;  // messages of one number have the same ends; negative: none
  bool of_others = false;
};

// From `at` on the link carries flows, or none.
struct LinkChange {
  topologies::LinkIndex link = 0;
  Picoseconds at;
  bool carries = false;
};

struct NetworkCase {
  topologies::Topology topology;
  std::vector<SentMessage> messages;  // in order of start
  std::vector<LinkChange> changes;
  int connections = 0;
};

struct ScratchRun {
  // Of every channel, in bytes per second, from an instant on.
  struct Rates {
    Picoseconds since;
    std::vector<double> by_channel;
  };
  std::vector<Picoseconds> arrivals;  // by message; `longest_run` for those that never arrive
  std::vector<Rates> rates;
};

[[nodiscard]] ScratchRun run_from_scratch(const NetworkCase& network);

}  // namespace lockstep::tests
