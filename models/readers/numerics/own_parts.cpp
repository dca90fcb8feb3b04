#include "models/readers/numerics/own_parts.hpp"

#include <algorithm>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

std::vector<Payload> parts_of(const Setup& setup, Rank rank, const Payload& payload) {
  const bool parameters = payload.buffer == Buffer::own_parameters;
  if (!parameters && payload.buffer != Buffer::own_gradients) return {payload};
  std::vector<Payload> parts;
  std::int64_t before = 0;  // elements of the ranges so far
  for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank)) {
    const std::int64_t first = std::max<std::int64_t>(payload.offset - before, 0);
    const std::int64_t end = std::min(payload.offset + payload.count - before, range.count);
    Payload part = payload;
    part.buffer = parameters ? Buffer::parameters : Buffer::gradients;
    part.offset = range.offset + first;
    part.count = end - first;
    if (part.count > 0) parts.push_back(part);
    before += range.count;
  }
  return parts;
}

}  // namespace lockstep::models
