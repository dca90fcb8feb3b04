// Words that the verdict is made of.
#pragma once

#include <string>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// Returns "a", "a and b", "a, b and c"; of more than four the first three and how many others.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

// Returns the words as a sentence begins.
[[nodiscard]] std::string capitalised(std::string words);

// Returns "1.23 times", "104 times".
[[nodiscard]] std::string times_text(double factor);

// Returns "1.23 times as fast".
[[nodiscard]] std::string as_fast_text(double factor);

// Returns "1.23 times as long", or "2.3 % longer".
[[nodiscard]] std::string longer_text(double factor);

// Returns "1.23 times as fast as b", or "2.3 % faster than b" where a factor would be 1 but for its
// last digits.
[[nodiscard]] std::string ahead_text(double factor, const std::string& of);

// Returns "4.5 %", "62 %".
[[nodiscard]] std::string percent_text(double share);

// Returns "62 %" or "12 to 50 %".
[[nodiscard]] std::string range_text(const std::vector<double>& shares);

// Shares of the time of all workers of a simulated run.
struct TimeShares {
  double compute = 0;
  double messages = 0;  // waited for
  double idle = 0;
};
[[nodiscard]] TimeShares time_shares(const Run& run);

}  // namespace lockstep::reports
