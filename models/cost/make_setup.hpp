// Makes a setup from the parts of a scenario and checks it against the record of its algorithm.
#pragma once

#include <vector>

#include "models/language/setup.hpp"
#include "sim/base/result.hpp"

namespace lockstep::models {

// Returns the setup of one algorithm of a scenario, or every fault of the combination (batch that
// does not divide, more stages than layers, too few hosts, ...), with absolute JSON pointers. With
// `measured` stages the cluster needs no devices.
[[nodiscard]] Result<Setup> make_setup(const Mlp& mlp, const Training& training,
                                       const Cluster& cluster, const AlgorithmSpec& spec,
                                       const std::vector<MeasuredStage>& measured = {});

}  // namespace lockstep::models
