// The best order of ranks on a cluster's hosts for one run, as far as it can be found.
#pragma once

#include <optional>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

// Return the same with ranks on other hosts: rank r runs on host `order[r]`, with that host's
// device. Traffic of others and failures stay with the hosts that they have. `order` is a
// permutation of all hosts.
[[nodiscard]] Cluster in_rank_order(const Cluster& cluster,
                                    const std::vector<topologies::HostIndex>& order);
[[nodiscard]] Setup in_rank_order(const Setup& setup,
                                  const std::vector<topologies::HostIndex>& order);
[[nodiscard]] Failures in_rank_order(const Failures& failures,
                                     const std::vector<topologies::HostIndex>& order);

struct BestRankOrder {
  std::vector<topologies::HostIndex> hosts;  // by rank
  Picoseconds makespan = {};                 // simulated in that order
  Picoseconds as_numbered = {};              // simulated with rank r on host r
  int tried = 0;                             // orders that were simulated
};

// Searches for the order with the least simulated makespan: the hosts as they are numbered, in
// blocks and cyclically, and then swaps of two ranks as long as they help, drawn from a stream of
// the setup's seed. Tries up to 1,000 orders, and fewer where a simulation is long: together they
// have at most 20 million events. Empty if the control stops it.
[[nodiscard]] std::optional<BestRankOrder> best_rank_order(const Setup& setup,
                                                           const sim::RunControl& control = {});

}  // namespace lockstep::models
