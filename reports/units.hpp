// One unit for all values of a table's column, so that they can be compared by eye.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::reports {

enum class Quantity : std::uint8_t { seconds, bytes, flops, plain };

struct Unit {
  double size = 1;
  std::string name;  // "ms", "GB"; of plain numbers a prefix, "k", or nothing
};

// Returns the unit in which the median of the finite values that are not 0 has one to three digits
// before its point.
[[nodiscard]] Unit common_unit(std::vector<double> values, Quantity quantity);

// Returns the value in that unit, with three significant digits and no exponent where it has at
// most seven digits before its point or three zeros behind it: "0.0123", "1.23", "45600". A value
// that is not finite is "-".
[[nodiscard]] std::string in_unit(double value, const Unit& unit);

// Returns "ms/iteration" for ("{}/iteration", a unit of ms); without a unit's name, the text
// without a space or slash that would stand alone.
[[nodiscard]] std::string with_unit(std::string_view heading, const Unit& unit);

}  // namespace lockstep::reports
