#include "reports/page_timeline.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "reports/link_activity.hpp"
#include "reports/packed_timeline.hpp"

namespace lockstep::reports {

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

// The node on which each rank runs.
Json nodes_json(const models::Setup& setup) {
  Json json = Json::array();
  for (models::Rank rank = 0; rank < setup.ranks(); ++rank)
    json.push_back(setup.cluster.topology->hosts[static_cast<std::size_t>(setup.host_of(rank))]);
  return json;
}

// Names of the links whose use is packed.
Json links_json(const topologies::Topology& topology, const std::vector<LinkActivity>& links) {
  Json json = Json::array();
  for (const LinkActivity& activity : links) {
    const auto& channel = topology.channels[static_cast<std::size_t>(activity.channel)];
    json.push_back({{"from", topology.nodes[static_cast<std::size_t>(channel.from)]},
                    {"to", topology.nodes[static_cast<std::size_t>(channel.to)]}});
  }
  return json;
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
  const Picoseconds makespan = run.simulated->makespan;
  const Recording kept = run.recording->within(most_spans);
  const std::int64_t tick_ps = tick_of(makespan);
  // In `kept` spans are in order already, but joined messages have no routes.
  const bool all_messages = kept.message_resolution() == run.recording->message_resolution();
  const std::vector<LinkActivity> links =
      link_activities(setup, all_messages ? kept : *run.recording, makespan, stretches, most_links);
  Json ranks = Json::array();
  for (models::Rank rank = 0; rank < setup.ranks(); ++rank) ranks.push_back(rank_name(setup, rank));
  return {{"tick_s", static_cast<double>(tick_ps) * 1e-12},
          {"makespan_s", makespan.seconds()},
          {"ranks", std::move(ranks)},
          {"nodes", nodes_json(setup)},
          {"span_kinds", span_names},
          {"buffers", buffer_names},
          {"operations", kept.operations()},
          {"messages", kept.messages()},
          {"device_resolution_s", kept.device_resolution().seconds()},
          {"message_resolution_s", kept.message_resolution().seconds()},
          {"iteration_stride", kept.iteration_stride()},
          {"links", links_json(*setup.cluster.topology, links)},
          {"packed", packed_timeline(run, kept, links, tick_ps, most_spans)}};
}

}  // namespace lockstep::reports
