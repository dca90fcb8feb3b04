// Programs that do one thing over and over, so that its time can be read off a real run. They are
// in no registry: nobody trains with them. If there are more ranks than `cores` of the cluster, the
// last ranks do nothing.
#pragma once

#include <array>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

// Every worker, by itself, makes forward and backward passes and an update.
extern const Algorithm passes_probe;
// Every worker, by itself, updates all parameters.
extern const Algorithm updates_probe;
// Two workers send all gradients there and back; each stores what it receives.
extern const Algorithm ping_pong_probe;
// Two workers exchange all gradients and add up what they receive.
extern const Algorithm exchange_probe;
// The first of two workers computes passes and then sends one scalar to the second, which has
// waited meanwhile and sends it back.
extern const Algorithm wake_probe;

// Every worker makes passes and an update, exchanges one scalar with its neighbours in a ring, and
// stores it.
extern const Algorithm crowd_probe;

inline constexpr std::array probes = {&passes_probe,   &updates_probe, &ping_pong_probe,
                                      &exchange_probe, &wake_probe,    &crowd_probe};

}  // namespace lockstep::models
