// `--set /json/pointer=value`, `--sweep`, `--seed`, and the axes of a sweep: values put into a
// document.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/fault_list.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

// Returns why `pointer` cannot be set in `document`, or nothing if it can. Objects that are missing
// on the way would be created. An array index must exist already or, to append, be one past the end
// or "-".
[[nodiscard]] std::optional<std::string> why_not_settable(const Json& document,
                                                          std::string_view pointer);

// Sets a settable pointer.
void set_value(Json& document, std::string_view pointer, Json value);

// Applies all overrides, then the axes and the seed; faults carry the override's pointer.
void apply_overrides(Json& document, const LoadOptions& options, FaultList& faults);

}  // namespace lockstep::scenarios
