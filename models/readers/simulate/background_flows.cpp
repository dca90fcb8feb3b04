#include "models/readers/simulate/background_flows.hpp"

#include <cmath>

namespace lockstep::models {

namespace {

constexpr std::uint64_t first_stream = std::uint64_t{1} << 36U;
constexpr int most_under_way = 100;

}  // namespace

BackgroundFlows::BackgroundFlows(const Setup& setup, sim::Engine& engine,
                                 topologies::Network& network)
    : topology_(setup.cluster.topology.get()), engine_(&engine), network_(&network) {
  for (const BackgroundTraffic& traffic : setup.cluster.background)
    sources_.push_back({&traffic, {setup.training.seed, first_stream + sources_.size()}});
  for (std::size_t source = 0; source < sources_.size(); ++source) await(source);
}

void BackgroundFlows::await(std::size_t source) {
  Source& mine = sources_[source];
  const double mean_s = mine.traffic->flow_bytes / mine.traffic->bytes_per_s;
  engine_->after(nearest_seconds(-mean_s * std::log1p(-mine.random.uniform())),
                 {[](void* self, std::uint64_t argument) {
                    auto& flows = *static_cast<BackgroundFlows*>(self);
                    flows.send(flows.sources_[argument]);
                    flows.await(argument);
                  },
                  this, source});
}

// Both ends are drawn whether they are given or not: a source's flows stay the same flows.
void BackgroundFlows::send(Source& source) {
  const auto hosts = static_cast<std::uint64_t>(topology_->hosts.size());
  const std::uint64_t first = source.random.below(hosts);
  const std::uint64_t further = 1 + source.random.below(hosts - 1);
  const auto from = static_cast<std::uint64_t>(
      source.traffic->from.value_or(static_cast<topologies::HostIndex>(first)));
  const auto to = source.traffic->to ? static_cast<std::uint64_t>(*source.traffic->to)
                                     : (from + further) % hosts;
  if (from == to || source.under_way == most_under_way) return;
  ++source.under_way;
  network_->send_for_others(
      topology_->hosts[from], topology_->hosts[to], std::llround(source.traffic->flow_bytes),
      {[](void* target, std::uint64_t /*argument*/) { --static_cast<Source*>(target)->under_way; },
       &source, 0});
}

}  // namespace lockstep::models
