#include "models/parts/stages/schedule.hpp"

#include <algorithm>

#include "models/cost/route_between.hpp"

namespace lockstep::models {

namespace {

constexpr std::size_t few_segments = 4;  // most programs have no more

}  // namespace

void add_segment(std::vector<Segment>& program, Steps steps, std::int64_t repeats) {
  const auto kept = std::ranges::remove_if(steps, [](const Step& step) {
    return step.span == Picoseconds{} && step.receives == no_link && step.sends == no_link;
  });
  steps.erase(kept.begin(), kept.end());
  if (steps.empty() || repeats <= 0) return;
  if (program.empty()) program.reserve(few_segments);
  program.push_back({std::move(steps), repeats});
}

// Of all that goes from one rank to another, or, with `to` any rank, of all that it sends.
std::int32_t StageLinks::connection(Rank from, Rank to) {
  if (const std::int32_t* known = connections_.find(from, to + 1)) return *known;
  connections_.insert(from, to + 1, next_connection_);
  return next_connection_++;
}

StageLink StageLinks::link(Rank from, Rank to, std::int64_t bytes) {
  const MeasuredStage* measured = setup_->measured_stage(from);
  if (measured != nullptr && measured->send)
    return {.connection = next_connection_++, .latency = *measured->send};
  const bool apart = setup_->host_of(from) != setup_->host_of(to);
  topologies::DirectRoute direct;
  const topologies::Route route = route_between(*setup_, network_, from, to, direct);
  const Picoseconds whole = apart ? network_.message(route, bytes) : Picoseconds{};
  const Picoseconds transfer = ceil_seconds(static_cast<double>(bytes) / route.bytes_per_s);
  const bool ordered = setup_->cluster.connections == Connections::ordered;
  switch (setup_->cluster.sharing) {
    case Sharing::none:
      if (ordered)
        return {
            .connection = connection(from, to), .latency = whole - transfer, .transfer = transfer};
      return {.connection = next_connection_++, .latency = whole};
    case Sharing::single_port:  // both ends are taken for all of it: sent in turn, it meets others
      return {.connection = connection(from, -1),
              .transfer = whole,
              .crossings = {{setup_->host_of(to), whole.seconds()}}};
    case Sharing::max_min:
      break;
  }
  StageLink link{.connection = ordered ? connection(from, to) : next_connection_++,
                 .latency = whole - transfer,
                 .transfer = transfer};
  const topologies::Topology& topology = *setup_->cluster.topology;
  for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
    const topologies::ChannelIndex channel = route.channels[hop];
    const topologies::Channel& crossed = topology.channels[static_cast<std::size_t>(channel)];
    if (crossed.unshared) continue;
    link.crossings.push_back(
        {channel, static_cast<double>(bytes) * route.share(hop) / crossed.bytes_per_s});
  }
  return link;
}

LinkNumber StageLinks::add(Rank from, Rank to, std::int64_t bytes) {
  links_.push_back(link(from, to, bytes));
  return static_cast<LinkNumber>(links_.size() - 1);
}

void StageLinks::give_to(Schedule& schedule) const {
  const topologies::Topology& topology = *setup_->cluster.topology;
  schedule.places =
      static_cast<std::int32_t>(std::max(topology.channels.size(), topology.hosts.size()));
  schedule.messages_in_turn = setup_->cluster.sharing != Sharing::max_min ||
                              setup_->cluster.connections == Connections::ordered;
  schedule.links = links_;
}

}  // namespace lockstep::models
