// `--set /json/pointer=value`, `--seed`, and the axes of a sweep: values put into a document.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/fault_list.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

// Why `pointer` cannot be set in `document`, or nothing. Objects that are missing on the way would
// be created; an array index must be there already, or be one past the end, or "-", to append.
[[nodiscard]] std::optional<std::string> why_not_settable(const Json& document,
                                                          std::string_view pointer);

// Sets a settable pointer.
void set_value(Json& document, std::string_view pointer, Json value);

// Applies all overrides, then the seed; faults carry the override's pointer.
void apply_overrides(Json& document, const LoadOptions& options, FaultList& faults);

}  // namespace lockstep::scenarios
