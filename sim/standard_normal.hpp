// Normally distributed numbers, mean 0 and variance 1.
//
// Karney: "Sampling exactly from the normal distribution", ACM Trans. Math. Softw. 42(1), 2016,
// algorithm N. It only compares, adds and multiplies, so every library gives the same numbers to
// the last bit, which logarithms and cosines would not.
#pragma once

#include "sim/random_stream.hpp"

namespace lockstep::sim {

[[nodiscard]] double standard_normal(RandomStream& random);

}  // namespace lockstep::sim
