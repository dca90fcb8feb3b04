#include "reports/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "reports/text.hpp"
#include "reports/timeline_rows.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

using models::OperationKind;
using models::TraceEntry;

constexpr std::int64_t most_iterations = 4;
constexpr int most_ranks = 64;
constexpr int shown_workers = 8;
constexpr int shown_servers = 4;

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
    case OperationKind::collective_steps:
      break;
  }
  return {};
}

std::string_view claim_article(models::TimeClaim claim) {
  if (claim == models::TimeClaim::lower_bound) return "a lower bound";
  return claim == models::TimeClaim::upper_bound ? "an upper bound" : "an estimate";
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

// How many ranks are not drawn.
std::string left_out_text(const models::Setup& setup, int drawn, Style style) {
  if (drawn == setup.ranks()) return {};
  return hanging("", fmt::format("left out: {} of {} ranks", setup.ranks() - drawn, setup.ranks()),
                 style);
}

// Why the picture is longer, or shorter, than the closed form says.
std::string beside_form_text(const models::Setup& setup, const models::Simulated& run,
                             Style style) {
  const models::ClosedForm form = models::closed_form_of(setup);
  if (form.claim == models::TimeClaim::exact) return {};
  return hanging("",
                 fmt::format("The picture is of the simulation, {}; the closed form, {}, is {}.",
                             format_seconds(run.makespan.seconds()),
                             format_seconds(form.makespan.seconds()), claim_article(form.claim)),
                 style);
}

std::string name_of(const models::Setup& setup, models::Rank rank) {
  return setup.is_server(rank) ? fmt::format("server {}", rank - setup.workers)
                               : fmt::format("rank {}", rank);
}

}  // namespace

std::optional<TracedRun> traced_run(const models::Setup& setup) {
  if (setup.ranks() > most_ranks) return std::nullopt;
  TracedRun traced = {setup, {}, {}};
  traced.setup.training.iterations = std::min(setup.training.iterations, most_iterations);
  traced.run = models::simulate(traced.setup, {}, {.trace = &traced.trace});
  if (!traced.run.outcome.finished()) return std::nullopt;
  return traced;
}

std::string timeline_text(const models::Setup& setup, Style style) {
  return timeline_text(setup, traced_run(setup), style);
}

std::string timeline_text(const models::Setup& setup, const std::optional<TracedRun>& traced,
                          Style style) {
  if (setup.ranks() > most_ranks)
    return fmt::format("timeline left out: the run has {} ranks, more than {}\n", setup.ranks(),
                       most_ranks);
  if (!traced) return {};
  const auto& [few, run, trace] = *traced;
  std::vector<models::Rank> ranks;
  for (models::Rank rank = 0; rank < std::min(setup.workers, shown_workers); ++rank)
    ranks.push_back(rank);
  for (models::Rank rank = setup.workers;
       rank < setup.ranks() && rank < setup.workers + shown_servers; ++rank)
    ranks.push_back(rank);
  std::string operations = heading("operations", style) + "\n";
  std::string lines;
  std::string before;  // the operations of the rank before
  for (const models::Rank rank : ranks) {
    std::vector<LetteredSpan> spans;
    std::vector<std::string> names;
    for (const TraceEntry& entry : trace) {
      if (entry.rank != rank) continue;
      Shown what = shown(entry.operation);
      if (what.letter != ' ') spans.push_back({what.letter, entry.begin, entry.end});
      if (!what.name.empty()) names.push_back(std::move(what.name));
    }
    const std::string name = pad_right(name_of(setup, rank), 10);
    std::string words = in_short(names);
    operations += hanging(fmt::format("  {}  ", name),
                          words == before ? "the same, as the rank before" : words, style);
    before = std::move(words);
    lines +=
        fmt::format("  {}  {}\n", name,
                    coloured(timeline_row(spans, run.makespan, timeline_columns(style)), style));
  }
  return operations + "\n" + heading("timeline", style) + "\n" + lines +
         left_out_text(setup, static_cast<int>(ranks.size()), style) +
         timeline_legend(run.makespan, style) + beside_form_text(few, run, style);
}

namespace {

char letter_of(models::SpanKind kind) {
  constexpr std::array letters = {'F', 'B', 'B', 'R', 'U', 'C', 'R'};
  return letters[static_cast<std::size_t>(kind)];
}

char letter_of(models::ActivityKind kind) {
  const bool on_device = kind < models::ActivityKind::endpoint;
  return on_device ? letter_of(static_cast<models::SpanKind>(kind)) : '-';
}

std::string path_row(const CriticalPath& path, Picoseconds makespan, Style style) {
  std::vector<LetteredSpan> spans;
  for (const auto& [pause, activity] : path.steps)
    spans.push_back({letter_of(activity.kind), activity.begin, activity.end});
  return fmt::format("  {}  {}\n", pad_right("path", 10),
                     coloured(timeline_row(spans, makespan, timeline_columns(style)), style));
}

// Where the device did nothing for most of a column, the messages that reach it show. An engine
// that folds messages beside it for most of some column has a row of its own.
std::string recorded_rows(const Run& run, Style style) {
  const models::Setup& setup = *run.setup;
  std::vector<std::vector<LetteredSpan>> devices(static_cast<std::size_t>(setup.ranks()));
  std::vector<std::vector<LetteredSpan>> engines(devices.size());
  std::vector<std::vector<LetteredSpan>> messages(devices.size());
  for (const models::DeviceSpan& span : run.recording->device_spans()) {
    const bool on_engine = span.kind == models::SpanKind::reduce_on_engine;
    (on_engine ? engines : devices)[static_cast<std::size_t>(span.rank)].push_back(
        {letter_of(span.kind), span.begin, span.end});
  }
  for (const models::MessageSpan& span : run.recording->message_spans())
    messages[static_cast<std::size_t>(span.to)].push_back({'-', span.begin, span.end});
  const Picoseconds makespan = run.simulated->makespan;
  const std::size_t columns = timeline_columns(style);
  std::string rows;
  for (models::Rank rank = 0; rank < setup.ranks(); ++rank) {
    std::string row = timeline_row(devices[static_cast<std::size_t>(rank)], makespan, columns);
    const std::string waits =
        timeline_row(messages[static_cast<std::size_t>(rank)], makespan, columns);
    for (std::size_t column = 0; column < row.size(); ++column)
      if (row[column] == idle_letter) row[column] = waits[column];
    rows += fmt::format("  {}  {}\n", pad_right(name_of(setup, rank), 10), coloured(row, style));
    const std::string folds =
        timeline_row(engines[static_cast<std::size_t>(rank)], makespan, columns);
    if (folds.find_first_not_of(idle_letter) != std::string::npos)
      rows += fmt::format("  {}  {}\n", pad_right("  engine", 10), coloured(folds, style));
  }
  return rows;
}

}  // namespace

std::string timelines_text(const Report& report, Style style) {
  constexpr int most_recorded_ranks = 32;
  std::string text;
  for (const Run& run : report.runs) {
    if (!run.recording || run.simulated->makespan == Picoseconds{}) continue;
    const std::string label = printable(run.setup->label);
    text += "\n" + heading("timeline of " + label, style) + "\n";
    if (run.setup->ranks() > most_recorded_ranks) {
      text += fmt::format("left out: it has {} ranks, more than {}; --html shows them\n",
                          run.setup->ranks(), most_recorded_ranks);
      continue;
    }
    if (run.critical_path) text += path_row(*run.critical_path, run.simulated->makespan, style);
    text += recorded_rows(run, style) + timeline_legend(run.simulated->makespan, style);
  }
  return text;
}

}  // namespace lockstep::reports
