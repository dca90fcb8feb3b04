// A view of a row-major matrix of single-precision scalars that is stored elsewhere.
#pragma once

#include <cstdint>

namespace lockstep::models {

struct MatrixView {
  float* values = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t stride = 0;  // scalars from row to row
};

}  // namespace lockstep::models
