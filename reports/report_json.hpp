// The report as JSON, as the contract lays it out. Nothing in it depends on the machine, the day
// or the threads: the same scenario and seed give the same bytes.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

using scenarios::Json;

[[nodiscard]] Json report_json(const Report& report);

// Formats JSON with two spaces per level, doubles that read back the same, invalid UTF-8 replaced,
// and a newline at the end.
[[nodiscard]] std::string json_text(const Json& json);

// Returns an integer if JSON readers have integers that large (64 bits), else the nearest double.
[[nodiscard]] Json count_json(Count count);

}  // namespace lockstep::reports
