// The JSON Schema of a report: every field, what it is, and in which unit.
#pragma once

#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Draft 2020-12. Open: later versions may add fields.
[[nodiscard]] scenarios::Json report_schema();

}  // namespace lockstep::reports
