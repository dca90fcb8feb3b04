// Which part of a cluster to improve: how much sooner a run ends if that part is better, as
// predicted by the run's critical path and as simulated on the better cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/path_shares.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

enum class Part : std::uint8_t {
  devices,     // all devices: compute and memory
  bandwidth,   // of all links
  latency,     // of all links
  link_class,  // the bandwidth of those links that are alike, where not all are
  link,  // the bandwidth of the one link that most of the path's transfer waits for, where others
         // are like it
  endpoints,  // what messages cost processors, and how long these take to wake up
};

struct Improvement {
  Part part = Part::devices;
  std::uint16_t role = 0;    // of the link class: index into `Topology::link_roles`
  double bytes_per_s = 0;    // of the link class or link, before the improvement
  Picoseconds latency = {};  // likewise
  topologies::LinkIndex link = 0;
  // The makespan if the critical path stays the same: it falls by the path's time on the part,
  // times 1 - 1 / factor.
  Picoseconds predicted_makespan = {};
  std::optional<Picoseconds> simulated_makespan = {};  // if the better cluster was simulated
};

// Returns what the critical path foretells of each part of the cluster of a run that takes
// `makespan`, if that part is `factor` (above 1) times better: rates are multiplied by it, times
// are divided by it. Parts that the cluster does not have are left out.
[[nodiscard]] std::vector<Improvement> foretold_improvements(const Setup& setup,
                                                             const PathShares& shares,
                                                             Picoseconds makespan, double factor);
// Likewise, and simulates each better cluster. The list is shorter if the control stops the
// simulations.
[[nodiscard]] std::vector<Improvement> improvements(const Setup& setup, const PathShares& shares,
                                                    Picoseconds makespan, double factor,
                                                    const sim::RunControl& control = {});

// Returns which improvements the function above does not try on this cluster, and why: classes of
// links, where there are many. Empty if it tries all.
[[nodiscard]] std::string improvements_left_out(const Setup& setup);

}  // namespace lockstep::models
