#include "reports/page_timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "reports/link_activity.hpp"

namespace lockstep::reports {

using models::DeviceSpan;
using models::MessageSpan;
using models::Recording;
using models::SpanKind;
using scenarios::Json;

namespace {

constexpr std::array span_names = {"forward", "backward_weight", "backward_input",  "reduce",
                                   "update",  "transcode",       "reduce_on_engine"};
constexpr std::array buffer_names = {
    "gradients",      "parameters",         "parameter_sum", "accumulated_gradients",
    "centre",         "elastic_difference", "activations",   "activation_gradients",
    "exchanged",      "push_sum",           "gradient_sum",  "factors",
    "own_parameters", "own_gradients",      "synthesiser",   "predicted_parameters",
    "velocity"};

constexpr std::size_t stretches = 300;
constexpr std::size_t most_links = 64;

// A power of ten of picoseconds, so that the whole run has at most 10^10 ticks: text stays short.
std::int64_t tick_of(Picoseconds makespan) {
  constexpr std::int64_t most_ticks = 10'000'000'000;
  std::int64_t tick_ps = 1;
  while (makespan.ps / tick_ps > most_ticks) tick_ps *= 10;
  return tick_ps;
}

// Begins and lengths of one rank after another.
class Ticks {
 public:
  Ticks(Picoseconds makespan, int ranks)
      : tick_ps_(tick_of(makespan)), last_(static_cast<std::size_t>(ranks)) {}

  [[nodiscard]] double tick_s() const { return static_cast<double>(tick_ps_) * 1e-12; }
  // Adds both to a rank's row.
  void add(Json& row, models::Rank rank, Picoseconds begin, Picoseconds end) {
    std::int64_t& last = last_[static_cast<std::size_t>(rank)];
    const std::int64_t first = begin.ps / tick_ps_;
    row.push_back(first - last);
    row.push_back(end.ps / tick_ps_ - first);
    last = first;
  }

 private:
  std::int64_t tick_ps_;
  std::vector<std::int64_t> last_;
};

Json rows_of(int ranks) {
  return Json(std::vector<Json>(static_cast<std::size_t>(ranks), Json::array()));
}

// Of devices, or of the engines beside them.
Json device_rows(const Recording& recording, bool of_engines, int ranks, Ticks ticks) {
  Json rows = rows_of(ranks);
  for (const DeviceSpan& span : recording.device_spans()) {
    if (of_engines != (span.kind == SpanKind::reduce_on_engine)) continue;
    Json& row = rows[static_cast<std::size_t>(span.rank)];
    ticks.add(row, span.rank, span.begin, span.end);
    row.push_back(static_cast<int>(span.kind));
    row.push_back(span.layer);
    row.push_back(span.micro_batch);
    row.push_back(span.operations);
  }
  return rows;
}

Json message_rows(const Recording& recording, int ranks, Ticks ticks) {
  Json rows = rows_of(ranks);
  for (const MessageSpan& span : recording.message_spans()) {
    Json& row = rows[static_cast<std::size_t>(span.to)];
    ticks.add(row, span.to, span.begin, span.end);
    row.push_back(span.from);
    row.push_back(span.bytes);
    row.push_back(static_cast<int>(span.buffer));
    row.push_back(span.messages);
  }
  return rows;
}

// In percent: a pixel's colour needs no more digits.
Json links_json(const Run& run) {
  const topologies::Topology& topology = *run.setup->cluster.topology;
  Json json = Json::array();
  for (const LinkActivity& activity : link_activities(
           *run.setup, *run.recording, run.simulated->makespan, stretches, most_links)) {
    const auto& channel = topology.channels[static_cast<std::size_t>(activity.channel)];
    Json percent = Json::array();
    for (const double share : activity.utilization)
      percent.push_back(static_cast<int>(std::lround(100 * share)));
    json.push_back({{"from", topology.nodes[static_cast<std::size_t>(channel.from)]},
                    {"to", topology.nodes[static_cast<std::size_t>(channel.to)]},
                    {"percent", std::move(percent)}});
  }
  return json;
}

// Several activities in one stretch of time, of which only the longest is shown.
class PathRow {
 public:
  PathRow(const Ticks& ticks, Picoseconds resolution) : ticks_(ticks), resolution_(resolution) {}

  void add(const models::Activity& activity) {
    if (activity.end == activity.begin) return;
    if (length_ > Picoseconds{} && activity.end - begin_ > resolution_) flush();
    if (length_ == Picoseconds{}) begin_ = activity.begin;
    if (activity.end - activity.begin > length_) {
      length_ = activity.end - activity.begin;
      longest_ = activity;
    }
    end_ = activity.end;
  }
  [[nodiscard]] Json row() {
    if (length_ > Picoseconds{}) flush();
    return std::move(row_);
  }

 private:
  void flush() {
    ticks_.add(row_, 0, begin_, end_);
    row_.push_back(static_cast<int>(longest_.kind));
    row_.push_back(longest_.rank);
    row_.push_back(longest_.to);
    row_.push_back(longest_.layer);
    length_ = {};
  }

  Ticks ticks_;
  Picoseconds resolution_;
  Json row_ = Json::array();
  models::Activity longest_;
  Picoseconds begin_;
  Picoseconds end_;
  Picoseconds length_;  // of the longest
};

Json path_row(const Run& run, std::size_t most_spans, const Ticks& ticks) {
  const std::vector<models::PathStep>& steps = run.critical_path->steps;
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(1, most_spans));
  const Picoseconds resolution = {steps.size() > most_spans ? run.simulated->makespan.ps / most
                                                            : std::int64_t{0}};
  PathRow row(ticks, resolution);
  for (const models::PathStep& step : steps) row.add(step.activity);
  return row.row();
}

}  // namespace

std::string rank_name(const models::Setup& setup, models::Rank rank) {
  return setup.is_server(rank) ? fmt::format("server {}", rank - setup.workers)
                               : fmt::format("worker {}", rank);
}

std::string_view buffer_name(models::Buffer buffer) {
  return buffer_names[static_cast<std::size_t>(buffer)];
}

std::string_view span_name(SpanKind kind) { return span_names[static_cast<std::size_t>(kind)]; }

Json timeline_json(const Run& run, std::size_t most_spans) {
  const models::Setup& setup = *run.setup;
  const Recording kept = run.recording->within(most_spans);
  const Ticks ticks(run.simulated->makespan, setup.ranks());
  Json ranks = Json::array();
  for (models::Rank rank = 0; rank < setup.ranks(); ++rank) ranks.push_back(rank_name(setup, rank));
  Json json = {{"tick_s", ticks.tick_s()},
               {"makespan_s", run.simulated->makespan.seconds()},
               {"ranks", std::move(ranks)},
               {"span_kinds", span_names},
               {"buffers", buffer_names},
               {"operations", kept.operations()},
               {"messages", kept.messages()},
               {"device_resolution_s", kept.device_resolution().seconds()},
               {"message_resolution_s", kept.message_resolution().seconds()},
               {"device_rows", device_rows(kept, false, setup.ranks(), ticks)},
               {"engine_rows", device_rows(kept, true, setup.ranks(), ticks)},
               {"message_rows", message_rows(kept, setup.ranks(), ticks)},
               {"links", links_json(run)}};
  if (run.critical_path) json["path_row"] = path_row(run, most_spans, ticks);
  return json;
}

}  // namespace lockstep::reports
