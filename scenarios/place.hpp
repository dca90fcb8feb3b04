// A value of the document with its place, and functions that read and check single values. Each
// returns nothing, and adds a fault, if the value is not what it must be.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/fault_list.hpp"
#include "scenarios/json_pointer.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::scenarios {

struct Place {
  const Json* value;
  std::string pointer;
  FaultList* faults;

  void fault(std::string message) const { faults->add(pointer, std::move(message)); }
  // Adds a fault such as "must be an integer, found true".
  void must_be(std::string_view what) const;
  [[nodiscard]] Place element(std::size_t index) const {
    return {&(*value)[index], child_pointer(pointer, index), faults};
  }
};

struct IntegerRange {
  std::int64_t least;
  std::int64_t most;
};

struct NumberRange {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool above_least = false;  // `least` itself is excluded
  bool below_most = false;   // `most` itself is excluded
};
inline constexpr NumberRange positive{0, std::numeric_limits<double>::infinity(), true};
// Spans of time, in seconds: from 0 to about 106 days, the longest run.
inline constexpr NumberRange any_span{0, 9.2e6, false};

[[nodiscard]] std::optional<bool> read_boolean(const Place& place);
[[nodiscard]] std::optional<std::string> read_text(const Place& place);
// Takes 3 and 3.0, refuses 3.5.
[[nodiscard]] std::optional<std::int64_t> read_integer(const Place& place,
                                                       const IntegerRange& range);
[[nodiscard]] std::optional<double> read_number(const Place& place, const NumberRange& range);
// Reads a number in base units, or a string with a unit.
[[nodiscard]] std::optional<double> read_quantity(const Place& place, Dimension dimension,
                                                  const NumberRange& range);
// Reads a whole number of bytes.
[[nodiscard]] std::optional<double> read_bytes(const Place& place, const NumberRange& range);
// Returns the index of one of `choices`; `what` names the choice in the fault.
[[nodiscard]] std::optional<std::size_t> read_choice(const Place& place, std::string_view what,
                                                     std::span<const std::string_view> choices);
// Returns whether the value is a list, and adds a fault if it is not; `what` names its elements:
// "links".
[[nodiscard]] bool is_list(const Place& place, std::string_view what);

}  // namespace lockstep::scenarios
