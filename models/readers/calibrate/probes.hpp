// Programs that do one thing over and over, so that its time can be read off a real run. They are
// in no registry: nobody trains with them. Of more ranks than `cores` of the cluster, the last do
// nothing.
#pragma once

#include <array>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

// Every worker by itself: forward and backward passes, and an update.
extern const Algorithm passes_probe;
// Every worker by itself: updates of all parameters.
extern const Algorithm updates_probe;
// Two workers: all gradients there and back, each stored where it comes.
extern const Algorithm ping_pong_probe;
// Two workers exchange all gradients and add up what comes.
extern const Algorithm exchange_probe;
// Two workers: the first computes passes, then one scalar goes to the second, who has waited
// meanwhile, and back.
extern const Algorithm wake_probe;

inline constexpr std::array probes = {&passes_probe, &updates_probe, &ping_pong_probe,
                                      &exchange_probe, &wake_probe};

}  // namespace lockstep::models
