// Finds where the time of a run goes, for commands that simulate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/readers/simulate/causes.hpp"
#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::runs {

// What a critical path is for.
enum class PathUse : std::uint8_t {
  asked_for,    // by name: it is in the report
  for_verdict,  // on the best run: likewise with what better clusters would save, by simulation
  on_page,      // a page shows it, with what it foretells that better clusters would save
  in_trace,     // a trace shows it
};

struct FoundPath {
  std::optional<reports::CriticalPath> path;
  std::string why_not;  // it is not known; empty if it is
};

// Returns the critical path of a simulated run, if its causes are complete. Better clusters are not
// simulated for a page or a trace alone: neither is worth many times the run.
[[nodiscard]] FoundPath critical_path_of(const reports::Run& run, const models::Causes& causes,
                                         PathUse use, const sim::RunControl& control);

// Finds out by simulation what better clusters would save of a run whose critical path is known.
void simulate_improvements(reports::CriticalPath& path, const reports::Run& run,
                           const sim::RunControl& control);

}  // namespace lockstep::runs
