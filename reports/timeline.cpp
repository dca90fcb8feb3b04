#include "reports/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "models/algorithm.hpp"
#include "models/simulate/simulate.hpp"
#include "models/simulate/trace.hpp"
#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

using models::OperationKind;
using models::TraceEntry;

constexpr std::int64_t most_iterations = 4;
constexpr int most_ranks = 64;
constexpr int shown_workers = 3;
constexpr std::size_t columns = 64;

// What an operation is called in the list, and its letter in the timeline; no name: not shown.
struct Shown {
  std::string name;
  char letter = ' ';
};

Shown shown_product(models::ComputeKind kind) {
  return kind == models::ComputeKind::forward ? Shown{"forward", 'F'} : Shown{"backward", 'B'};
}

Shown shown(const models::Operation& operation) {
  switch (kind_of(operation)) {
    case OperationKind::compute:
      return shown_product(std::get_if<models::Compute>(&operation)->kind);
    case OperationKind::reduce:
    case OperationKind::accumulate:
      return {"reduce", 'R'};
    case OperationKind::transcode:
      return {"transcode", 'C'};
    case OperationKind::update:
      return {"update", 'U'};
    case OperationKind::post:
      return {"post", ' '};
    case OperationKind::send:
      return {"send", '-'};
    case OperationKind::receive:
      return {"receive", '-'};
    case OperationKind::exchange:
      return {"exchange", '-'};
    case OperationKind::access_shared:
      return {"access memory", '-'};
    case OperationKind::barrier:
      return {"barrier", '-'};
    case OperationKind::store:
    case OperationKind::copy:
    case OperationKind::probe:
    case OperationKind::begin_iteration:
    case OperationKind::fork:
    case OperationKind::join:
      break;
  }
  return {};
}

// How often the `length` names from `first` on follow each other.
std::size_t repeats(const std::vector<std::string>& names, std::size_t first, std::size_t length) {
  std::size_t count = 1;
  const auto at = [&](std::size_t i) { return names.begin() + static_cast<std::ptrdiff_t>(i); };
  while (first + (count + 1) * length <= names.size() &&
         std::equal(at(first), at(first + length), at(first + count * length)))
    ++count;
  return count;
}

// "8 forward, 15 backward, 3 (exchange, reduce)".
std::string in_short(const std::vector<std::string>& names) {
  constexpr std::size_t longest_group = 4;
  constexpr int most_groups = 16;
  std::string text;
  int groups = 0;
  for (std::size_t i = 0; i < names.size(); ++groups) {
    if (groups == most_groups) return text + ", ...";
    std::size_t length = 1;
    std::size_t count = repeats(names, i, 1);
    for (std::size_t longer = 2; longer <= longest_group && count == 1; ++longer)
      if (const std::size_t times = repeats(names, i, longer); times > 1) {
        length = longer;
        count = times;
      }
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(i);
    std::string group =
        fmt::format("{}", fmt::join(first, first + static_cast<std::ptrdiff_t>(length), ", "));
    if (length > 1) group = "(" + group + ")";
    if (count > 1) group = fmt::format("{} {}", count, group);
    text += (text.empty() ? "" : ", ") + group;
    i += length * count;
  }
  return text;
}

// One letter a column: what the rank did for most of it.
std::string line_of(const std::vector<const TraceEntry*>& entries, Picoseconds makespan) {
  std::array<std::map<char, double>, columns> shares;
  const double column_s = makespan.seconds() / columns;
  for (const TraceEntry* entry : entries) {
    const char letter = shown(entry->operation).letter;
    const double begin_s = entry->begin.seconds();
    const double end_s = entry->end.seconds();
    if (letter == ' ' || end_s <= begin_s) continue;
    for (auto column = static_cast<std::size_t>(begin_s / column_s);
         column < columns && static_cast<double>(column) * column_s < end_s; ++column) {
      const double from_s = std::max(begin_s, static_cast<double>(column) * column_s);
      const double to_s = std::min(end_s, static_cast<double>(column + 1) * column_s);
      shares[column][letter] += std::max(0.0, to_s - from_s);
    }
  }
  std::string line(columns, '.');
  for (std::size_t column = 0; column < columns; ++column) {
    double most_s = column_s / 2;
    for (const auto& [letter, share_s] : shares[column])
      if (share_s >= most_s) {
        most_s = share_s;
        line[column] = letter;
      }
  }
  return line;
}

std::string name_of(const models::Setup& setup, models::Rank rank) {
  return setup.is_server(rank) ? fmt::format("server {}", rank - setup.workers)
                               : fmt::format("rank {}", rank);
}

}  // namespace

std::string timeline_text(const models::Setup& setup, Style style) {
  if (setup.ranks() > most_ranks) return {};
  models::Setup few = setup;
  few.training.iterations = std::min(setup.training.iterations, most_iterations);
  models::Trace trace;
  const models::Simulated run = models::simulate(few, {}, nullptr, &trace);
  if (!run.outcome.finished()) return {};
  std::vector<models::Rank> ranks;
  for (models::Rank rank = 0; rank < std::min(setup.workers, shown_workers); ++rank)
    ranks.push_back(rank);
  if (setup.servers > 0) ranks.push_back(setup.workers);
  std::string operations = heading("operations", style) + "\n";
  std::string lines;
  for (const models::Rank rank : ranks) {
    std::vector<const TraceEntry*> entries;
    std::vector<std::string> names;
    for (const TraceEntry& entry : trace) {
      if (entry.rank != rank) continue;
      entries.push_back(&entry);
      if (Shown what = shown(entry.operation); !what.name.empty())
        names.push_back(std::move(what.name));
    }
    const std::string name = pad_right(name_of(setup, rank), 10);
    operations += hanging(fmt::format("  {}  ", name), in_short(names));
    lines += fmt::format("  {}  {}\n", name, line_of(entries, run.makespan));
  }
  const std::string scale = fmt::format(
      "F forward, B backward, R reduce, U update, C encode or decode, - wait for messages, . idle; "
      "{} from left to right.",
      format_seconds(run.makespan.seconds()));
  return operations + "\n" + heading("timeline", style) + "\n" + lines + hanging("", scale);
}

}  // namespace lockstep::reports
