// Raw flows over a topology: each starts at its time, and the network says when it ends. Flows are
// independent of each other, except that flows which name the same connection go in order, as
// messages from one rank to another do.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {

inline constexpr std::int32_t no_named_connection = -1;

struct RawFlow {
  NodeIndex from = 0;
  NodeIndex to = 0;
  std::int64_t bytes = 0;
  Picoseconds start;
  std::int32_t connection = no_named_connection;  // flows of one connection share `from` and `to`
};

struct TrafficResult {
  sim::Outcome outcome;
  std::vector<Picoseconds> finish;  // by flow
  Picoseconds makespan;
  std::uint64_t events = 0;
};

[[nodiscard]] TrafficResult run_traffic(const Topology& topology, Sharing sharing,
                                        const std::vector<RawFlow>& flows,
                                        const sim::RunControl& control = {});

}  // namespace lockstep::topologies
