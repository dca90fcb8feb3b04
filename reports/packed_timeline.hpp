// What happened when in a run, packed for its page.
#pragma once

#include <cstddef>
#include <string>

#include "models/readers/simulate/recording.hpp"
#include "reports/link_activity.hpp"
#include "reports/report.hpp"

namespace lockstep::reports {

// Returns tables of integers as `PackedIntegers` packs them, one after another; `kept` is the part
// of the run's recording that there is room for. A table has one list of rows for each rank: first
// how many rows each rank has, then column after column, each of them rank after rank. Times are in
// ticks of `tick_ps`. What is said to be a difference is one from the row before of the same rank,
// or from 0.
//
//   devices     begin after the end before, length, kind, difference of layers, difference of
//               micro-batches, operations
//   engines     likewise, of the engines that fold messages beside devices
//   messages    difference of begins, length, from, difference of bytes, buffer, messages; the rank
//               is the receiver
//   iterations  difference of begins
//   links       difference of percents used; in place of ranks, the links of `links`
//   path        begin after the end before, length, kind of activity, rank, receiver, layer; one
//               list, empty if the critical path is not known. Of several activities within
//               makespan / `most_spans` only the longest is shown.
[[nodiscard]] std::string packed_timeline(const Run& run, const models::Recording& kept,
                                          const std::vector<LinkActivity>& links,
                                          std::int64_t tick_ps, std::size_t most_spans);

}  // namespace lockstep::reports
