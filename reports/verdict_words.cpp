#include "reports/verdict_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace lockstep::reports {

std::string listed(const std::vector<std::string>& labels) {
  constexpr std::size_t most = 4;
  std::vector<std::string> words = labels;
  if (words.size() > most) {
    words.resize(most - 1);
    words.push_back(fmt::format("{} others", labels.size() - words.size()));
  }
  if (words.size() < 2) return words.empty() ? std::string() : words.front();
  const std::string last = std::move(words.back());
  words.pop_back();
  return fmt::format("{} and {}", fmt::join(words, ", "), last);
}

std::string times_text(double factor) {
  return factor >= 99.95 ? fmt::format("{:.0f} times", factor)
                         : fmt::format("{:.3g} times", factor);
}

std::string longer_text(double factor) {
  return factor < 1.095 ? fmt::format("{:.2g} % longer", 100 * (factor - 1))
                        : times_text(factor) + " as long";
}

std::string ahead_text(double factor, const std::string& of) {
  if (factor < 1.0005) return fmt::format("less than 0.1 % ahead of {}", of);
  if (factor < 1.095) return fmt::format("{:.2g} % ahead of {}", 100 * (factor - 1), of);
  return fmt::format("{} {}", times_text(factor), of);
}

std::string percent_text(double share) {
  if (share < 5e-4) return share < 5e-8 ? "0 %" : "under 0.1 %";
  return share < 0.0995 ? fmt::format("{:.1f} %", 100 * share)
                        : fmt::format("{:.0f} %", 100 * share);
}

std::string range_text(const std::vector<double>& shares) {
  const auto [least, most] = std::ranges::minmax(shares);
  const std::string low = percent_text(least);
  const std::string high = percent_text(most);
  if (low == high) return low;
  if (low.starts_with("under")) return "up to " + high;
  return fmt::format("{} to {}", low.substr(0, low.size() - 2), high);
}

TimeShares time_shares(const Run& run) {
  TimeShares shares;
  double all_s = 0;
  for (const models::HostUse& use : run.simulated->workers) {
    shares.compute += use.compute.seconds();
    shares.messages += use.exposed_communication.seconds();
    shares.idle += use.idle.seconds();
    all_s += (use.compute + use.exposed_communication + use.idle).seconds();
  }
  if (all_s > 0)
    for (double* share : {&shares.compute, &shares.messages, &shares.idle}) *share /= all_s;
  return shares;
}

}  // namespace lockstep::reports
