#include "sim/base/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace lockstep {
namespace {

// Longer names are compared by their first characters only: no name of ours comes near.
constexpr std::size_t most_compared = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A third of the letters may differ, four at most: beyond that it is another word.
std::size_t most_distance(std::string_view a, std::string_view b) {
  return std::min<std::size_t>(std::max(a.size(), b.size()) / 3, 4);
}

// Whether `start` is the first word or words of a name: "sync" of "sync_sgd", not "a10" of "a100".
bool begins_with(std::string_view name, std::string_view start) {
  constexpr std::size_t least_start = 3;
  return start.size() >= least_start && name.size() > start.size() && name[start.size()] == '_' &&
         edit_distance(name.substr(0, start.size()), start) == 0;
}

}  // namespace

// The "optimal string alignment" distance, row by row; only the last two rows are kept.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, most_compared);
  b = b.substr(0, most_compared);
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  std::string_view begun;
  for (const std::string_view candidate : known) {
    if (!begins_with(candidate, name)) continue;
    if (!begun.empty()) return {};  // the first word of several
    begun = candidate;
  }
  if (!begun.empty()) return begun;
  std::string_view nearest;
  std::size_t least = std::string_view::npos;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance >= least || distance > most_distance(name, candidate)) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace lockstep
