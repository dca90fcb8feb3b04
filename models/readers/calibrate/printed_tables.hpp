// Fits a link to tables that benchmarks have printed: nccl-tests, and the latency and bandwidth
// tests of the OSU micro-benchmarks.
//
// A table gives the times t of messages or collectives of n bytes. The model that is fitted is
//   t = steps * latency + share * n / bandwidth
// where a collective of P ranks is `steps` messages one after another, and a link carries the share
// `share` of the n bytes: an all-reduce around a ring has 2 (P-1) steps and a share of 2 (P-1)/P.
// In nccl-tests the share is busbw over algbw, so that busbw tends to the fitted bandwidth. The fit
// minimises the sum of the squared relative deviations, with a latency of at least 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace lockstep::models {

struct PrintedTable {
  struct Row {
    double bytes = 0;
    double seconds = 0;
  };
  std::string benchmark;  // "nccl-tests", "OSU latency"
  std::int64_t ranks = 2;
  double steps = 1;
  double share = 1;
  bool tells_latency = true;  // false: messages overlap, so that times depend on bandwidth alone
  std::vector<Row> rows;      // of positive times
};

// Read the tables in a text. A text without such a table gives a fault without a pointer. A text of
// OSU tests may have both a latency and a bandwidth table.
[[nodiscard]] Result<PrintedTable> read_nccl_tests(std::string_view text);
[[nodiscard]] Result<std::vector<PrintedTable>> read_osu(std::string_view text);

struct FittedLink {
  double bytes_per_s = 0;
  double latency_s = 0;
  double worst = 0;  // the greatest relative deviation of the fit from a time
};

// Fits a link to a table. Fewer than two sizes, or times that do not grow with the size, are a
// fault.
[[nodiscard]] Result<FittedLink> fit_link(const PrintedTable& table);

}  // namespace lockstep::models
