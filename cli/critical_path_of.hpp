// Where the time of a run goes, for commands that simulate.
#pragma once

#include <optional>
#include <string>

#include "models/readers/simulate/causes.hpp"
#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

// Of a simulated run; nothing if its causes are not complete, after a message if it was asked for
// by name. Of a long run, only then are better clusters simulated too: a page alone is not worth
// many times the run.
[[nodiscard]] std::optional<reports::CriticalPath> critical_path_of(const std::string& file,
                                                                    const reports::Run& run,
                                                                    const models::Causes& causes,
                                                                    bool asked_for,
                                                                    const sim::RunControl& control);

}  // namespace lockstep::cli
