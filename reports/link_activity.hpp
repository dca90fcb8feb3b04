// Shows how busy links were over the time of a run.
#pragma once

#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/recording.hpp"
#include "topologies/topology.hpp"

namespace lockstep::reports {

// The share of one channel's bandwidth that messages used in each of equally long stretches of the
// run. A message counts as spread evenly over the time it was under way, latency and waiting
// included, so rates that changed meanwhile show as their mean.
struct LinkActivity {
  topologies::ChannelIndex channel = 0;
  std::vector<double> utilization;
};

// Returns the activity of the `most` channels that carried most bytes, in order of channels. It is
// empty if messages were joined, because their routes are then unknown, and if all sends were
// measured.
[[nodiscard]] std::vector<LinkActivity> link_activities(const models::Setup& setup,
                                                        const models::Recording& recording,
                                                        Picoseconds makespan, std::size_t stretches,
                                                        std::size_t most);

}  // namespace lockstep::reports
