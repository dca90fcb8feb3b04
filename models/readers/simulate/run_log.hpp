// What a simulation tells of its course, besides its results: for training in simulated time.
#pragma once

#include <vector>

#include "models/language/order.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct RunLog {
  Order order;
  // By rank, in order of time: when its iterations began, and when it had updated the model.
  std::vector<std::vector<Picoseconds>> iterations;
  std::vector<std::vector<Picoseconds>> updates;
  std::vector<Picoseconds> ends;  // by rank: when its program ended
};

}  // namespace lockstep::models
