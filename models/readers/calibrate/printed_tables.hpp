// The link behind the printed tables of others' benchmarks: nccl-tests, and the latency and
// bandwidth tests of the OSU micro-benchmarks.
//
// A table gives times t of messages or collectives of n bytes. The fit takes
//   t = steps latency + share n / bandwidth
// where a collective of P ranks is `steps` messages one after another, and a link carries `share`
// of the bytes: an allreduce round a ring has 2 (P-1) steps and a share of 2 (P-1)/P. The share is
// what nccl-tests prints as busbw over algbw, so the fitted bandwidth is what busbw tends to.
// Relative deviations from the times are the least in the sense of least squares.
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
  bool tells_latency = true;  // false: messages overlap, so that times are those of bandwidth alone
  std::vector<Row> rows;      // of positive times
};

// Read the tables of a text; a text that is no such table is a fault without a pointer. An OSU text
// may have a latency and a bandwidth table.
[[nodiscard]] Result<PrintedTable> read_nccl_tests(std::string_view text);
[[nodiscard]] Result<std::vector<PrintedTable>> read_osu(std::string_view text);

struct FittedLink {
  double bytes_per_s = 0;
  double latency_s = 0;
  double worst = 0;  // the greatest relative deviation of the fit from a time
};

// Fits a link to a table of at least two sizes; times that do not grow with the size are a fault.
[[nodiscard]] Result<FittedLink> fit_link(const PrintedTable& table);

}  // namespace lockstep::models
