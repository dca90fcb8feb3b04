// Writes what happened when, in the Trace Event Format that Perfetto and chrome://tracing open.
//
// Ranks are processes; what their device does and the messages that they send and receive are
// threads (as many as messages overlap); a flow arrow leads from each send to its receive. Counters
// show the utilization of links and, for trained runs, loss and accuracy.
#pragma once

#include <string>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// Returns the trace of runs that were recorded, and of raw flows; runs stand beside each other and
// all begin at 0. The trace holds at most `most_spans` uses of devices and as many messages; beyond
// that they are joined, and `otherData` says so.
[[nodiscard]] std::string chrome_trace_text(const std::vector<Report>& reports,
                                            std::size_t most_spans = 200'000);

}  // namespace lockstep::reports
