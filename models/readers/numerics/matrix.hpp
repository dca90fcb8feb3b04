// A matrix of activations, or of their gradients: samples x features.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/readers/numerics/products.hpp"

namespace lockstep::models {

struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;

  [[nodiscard]] MatrixView view() { return {values.data(), rows, columns, columns}; }
  [[nodiscard]] MatrixView columns_from(std::int64_t first, std::int64_t count) {
    return {values.data() + first, rows, count, columns};
  }
  // Returns the element that is number `index` feature by feature, the order of messages of parts
  // of a matrix.
  [[nodiscard]] float& by_feature(std::int64_t index) {
    return values[static_cast<std::size_t>((index % rows) * columns + index / rows)];
  }
};

[[nodiscard]] inline Matrix zeros(std::int64_t rows, std::int64_t columns) {
  return {rows, columns, std::vector<float>(static_cast<std::size_t>(rows * columns))};
}

}  // namespace lockstep::models
