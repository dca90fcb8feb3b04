#include "reports/fair_room.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::reports {

std::size_t fair_room(std::vector<std::size_t> wanted, std::size_t most) {
  std::sort(wanted.begin(), wanted.end());
  // Those who want less than an equal part of what is left leave the rest to the others.
  std::size_t left = most;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::size_t equal = left / (wanted.size() - i);
    if (wanted[i] > equal) return std::max<std::size_t>(1, equal);
    left -= wanted[i];
  }
  return std::max<std::size_t>(1, most);
}

std::size_t room_for_spans(const std::vector<Report>& reports, std::size_t most) {
  std::vector<std::size_t> wanted;
  for (const Report& report : reports)
    for (const Run& run : report.runs)
      if (run.recording) wanted.push_back(run.recording->most_spans_of_a_sort());
  return fair_room(std::move(wanted), most);
}

}  // namespace lockstep::reports
