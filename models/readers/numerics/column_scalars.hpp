// The scalars of a payload, column by column of a layer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "models/parts/encodings/compression.hpp"
#include "models/readers/numerics/slices.hpp"

namespace lockstep::models {

// Calls `visit(row, column, scalar)` for the scalars, from `offset` of the parameters on, that
// belong to the columns of one layer.
template <class Scalar, class Visit>
void for_each_scalar(std::span<Scalar> scalars, std::int64_t offset, const TouchedColumns& columns,
                     const Visit& visit) {
  const auto count = static_cast<std::int64_t>(scalars.size());
  const std::int64_t end = std::min(offset + count, columns.begin + columns.rows * columns.columns);
  const std::int64_t first = std::max(offset, columns.begin);
  std::int64_t row = (first - columns.begin) % columns.rows;
  std::int64_t column = (first - columns.begin) / columns.rows;
  for (std::int64_t i = first; i < end; ++i) {
    visit(row, column, scalars[at(i - offset)]);
    if (++row < columns.rows) continue;
    row = 0;
    ++column;
  }
}

}  // namespace lockstep::models
