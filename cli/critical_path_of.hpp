// Finds where the time of a run goes, for commands that simulate.
#pragma once

#include <cstdint>
#include <optional>

#include "models/readers/simulate/causes.hpp"
#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

// What a critical path is for.
enum class PathUse : std::uint8_t {
  asked_for,  // by name: it is in the report
  on_page,    // a page shows it, with what it foretells that better clusters would save
  in_trace,   // a trace shows it
};

// Returns the critical path of a simulated run. If its causes are not complete, it returns nothing,
// and adds a note if the path was asked for by name. Only then are better clusters simulated: a
// page alone is not worth many times the run.
[[nodiscard]] std::optional<reports::CriticalPath> critical_path_of(const reports::Run& run,
                                                                    const models::Causes& causes,
                                                                    PathUse use,
                                                                    const sim::RunControl& control,
                                                                    Faults& notes);

}  // namespace lockstep::cli
