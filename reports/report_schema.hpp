// The JSON Schema of a report: every field, what it is, and in which unit.
#pragma once

#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Returns the schema, in draft 2020-12. It is open: later versions may add fields.
[[nodiscard]] scenarios::Json report_schema();

}  // namespace lockstep::reports
