// Writes what happened when, in the Trace Event Format that Perfetto and chrome://tracing open.
//
// A run's first process is the whole run: its critical path if it is known, what was joined if
// anything was, and counters: the utilization of links and, for trained runs, loss and accuracy.
// Then come its ranks: their iterations, what their device and the engine beside it do, and the
// messages that they send and receive (as many threads as messages overlap). A flow arrow leads
// from each send to its receive. A thread or process without events is left out.
#pragma once

#include <string>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

struct ChromeTrace {
  std::string text;
  std::vector<std::string> joined;  // what was joined, in sentences; usually nothing
};

// Returns the trace of runs that were recorded, and of raw flows; runs stand beside each other and
// all begin at 0. The trace holds at most `most_spans` uses of devices and as many messages; beyond
// that they are joined, as a track of its own says. For one run `most_spans` is more than is
// recorded of several.
[[nodiscard]] ChromeTrace chrome_trace(const std::vector<Report>& reports,
                                       std::size_t most_spans = 1'000'000);

}  // namespace lockstep::reports
