// The meaning of units that are not spelt as ours: "Gbps", "µs", "TFLOPS", "GiBps".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/quantity.hpp"

namespace lockstep {

// Returns our spellings of the units of `dimension` that `unit` may stand for, the likeliest first:
// one if there is one meaning; several if bits and bytes, or powers of 1000 and of 1024, are in
// doubt; none if nothing is sure. It never returns a unit of another size.
[[nodiscard]] std::vector<std::string> unit_meanings(std::string_view unit, Dimension dimension);

}  // namespace lockstep
