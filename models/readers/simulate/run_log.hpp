// The course of a simulation, recorded beside its results for training in simulated time.
#pragma once

#include <vector>

#include "models/language/order.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct RunLog {
  Order order;
  // For each rank, in order of time: `iterations` holds when its iterations began, `updates` when
  // it had updated the model.
  std::vector<std::vector<Picoseconds>> iterations;
  std::vector<std::vector<Picoseconds>> updates;
  std::vector<Picoseconds> ends;  // by rank: when its program ended
};

}  // namespace lockstep::models
