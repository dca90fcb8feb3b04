// JSON pointers (RFC 6901): "/cluster/topology/links/3/from", with ~0 for ~ and ~1 for /.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

// Returns `pointer` with one more step.
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::string_view key);
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::size_t index);

// Returns the steps of a pointer, unescaped, or nothing if it is not a pointer. The empty pointer
// has no steps.
[[nodiscard]] std::optional<std::vector<std::string>> pointer_steps(std::string_view pointer);

// Returns the array index that a step stands for (digits without leading zeros), if it does.
[[nodiscard]] std::optional<std::size_t> array_index(std::string_view step);

// Sorts faults by the place of their pointers in `document`. Keys that are missing come after those
// that are there.
void sort_in_file_order(Faults& faults, const Json& document);

}  // namespace lockstep::scenarios
