#include "reports/verdict_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace lockstep::reports {

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 4;
  std::vector<std::string> words = names;
  if (words.size() > most) {
    words.resize(most - 1);
    words.push_back(fmt::format("{} others", names.size() - words.size()));
  }
  if (words.size() < 2) return words.empty() ? std::string() : words.front();
  const std::string last = std::move(words.back());
  words.pop_back();
  return fmt::format("{} and {}", fmt::join(words, ", "), last);
}

std::string capitalised(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string times_text(double factor) {
  return factor >= 99.95 ? fmt::format("{:.0f} times", factor)
                         : fmt::format("{:.3g} times", factor);
}

std::string as_fast_text(double factor) { return times_text(factor) + " as fast"; }

std::string longer_text(double factor) {
  return factor < 1.095 ? fmt::format("{:.2g} % longer", 100 * (factor - 1))
                        : times_text(factor) + " as long";
}

std::string ahead_text(double factor, const std::string& of) {
  if (factor < 1.0005) return fmt::format("less than 0.1 % faster than {}", of);
  if (factor < 1.095) return fmt::format("{:.2g} % faster than {}", 100 * (factor - 1), of);
  return fmt::format("{} as {}", as_fast_text(factor), of);
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
