// What to buy: how much sooner a run ends if a part of the cluster is better, as its critical path
// foretells, and as the run of the better cluster shows.
#pragma once

#include <cstdint>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/path_shares.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

enum class Part : std::uint8_t {
  devices,     // all of them: compute and memory
  bandwidth,   // of all links
  latency,     // of all links
  link_class,  // the bandwidth of those links that are alike, where not all are
  link,        // that of the one link that most of the path's transfer waits for, where others are
               // like it
  endpoints,   // what messages cost processors, and how long these take to wake up
};

struct Improvement {
  Part part = Part::devices;
  double bytes_per_s = 0;    // of a link class or a link, before
  Picoseconds latency = {};  // likewise
  topologies::LinkIndex link = 0;
  // What the run saves as long as its critical path stays the same: the path's time on the part,
  // times 1 - 1 / factor.
  Picoseconds predicted_makespan = {};
  Picoseconds simulated_makespan = {};
};

// Of a run that takes `makespan`, each part of its cluster that is `factor` (above 1) times better:
// rates times it, times divided by it. Parts that the cluster does not have are left out. Fewer
// than all if the control stops the simulations.
[[nodiscard]] std::vector<Improvement> improvements(const Setup& setup, const PathShares& shares,
                                                    Picoseconds makespan, double factor,
                                                    const sim::RunControl& control = {});

}  // namespace lockstep::models
