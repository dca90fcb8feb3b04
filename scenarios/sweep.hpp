// The sweep of a scenario: its axes, and the points that are all their combinations.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/base/count.hpp"

namespace lockstep::scenarios {

using Json = nlohmann::ordered_json;

// A pointer into the scenario, and the values that it takes, one after another.
struct SweptPointer {
  std::string pointer;  // "/cluster/topology/hosts"
  std::vector<Json> values;
  std::string place = {};  // where the values stand: "/sweep/~1cluster~1topology~1hosts"
  bool listed = true;      // one by one; false: as a range
};

// One pointer, or several that move together.
struct SweepAxis {
  std::string name;  // the pointer; of several, the name that they have together
  std::vector<SweptPointer> pointers;

  [[nodiscard]] std::size_t size() const { return pointers.front().values.size(); }
};

// What a point sets.
struct SweptValue {
  const SweptPointer* swept;
  std::size_t index;

  [[nodiscard]] const Json& value() const { return swept->values[index]; }
};

// The Cartesian product of the axes, the last of which varies fastest; without axes, one point that
// changes nothing.
class Sweep {
 public:
  Sweep() = default;
  explicit Sweep(std::vector<SweepAxis> axes) : axes_(std::move(axes)) {}

  [[nodiscard]] const std::vector<SweepAxis>& axes() const { return axes_; }
  // Returns the number of points, or `most_counted` if there are more.
  [[nodiscard]] Count points() const;
  static constexpr Count most_counted = Count{1} << 120;

  // Returns what a point sets, in the order of the axes.
  [[nodiscard]] std::vector<SweptValue> at(std::size_t point) const;
  // Returns "hosts = 4, width = 96", or an empty text without axes.
  [[nodiscard]] std::string label(std::size_t point) const;

 private:
  std::vector<SweepAxis> axes_;
};

// The most points that a sweep may have: each is a scenario of its own.
inline constexpr std::int64_t most_sweep_points = 1'000'000;

}  // namespace lockstep::scenarios
