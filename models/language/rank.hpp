// A rank: a worker's or server's place in a run, from 0.
#pragma once

#include <cstdint>

namespace lockstep::models {

using Rank = std::int32_t;

}  // namespace lockstep::models
