#include "topologies/fair_sharing.hpp"

#include <algorithm>

namespace lockstep::topologies {

namespace {

constexpr double still_rising = -1;

}  // namespace

void FairSharing::list_flows_of_channels(const SharingProblem& problem) {
  const std::size_t channels = problem.capacities.size();
  first_flow_.assign(channels + 1, 0);
  for (const std::uint32_t channel : problem.channels) ++first_flow_[channel + 1];
  filling_.resize(channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    filling_[channel] = {.left = problem.capacities[channel], .flows = first_flow_[channel + 1]};
    first_flow_[channel + 1] += first_flow_[channel];
  }
  flow_list_.resize(problem.channels.size());
  // Each channel's part is filled from its end: `first_flow_` counts down to its beginning.
  for (std::size_t channel = 0; channel < channels; ++channel)
    first_flow_[channel] = first_flow_[channel + 1];
  for (std::uint32_t flow = 0; flow < problem.flows(); ++flow)
    for (std::uint32_t hop = problem.first_hop[flow]; hop < problem.first_hop[flow + 1]; ++hop) {
      flow_list_[--first_flow_[problem.channels[hop]]] = flow;
      filling_[problem.channels[hop]].shares += problem.share(hop);
    }
}

// Stops the flows of a full channel at `rate`.
void FairSharing::fill(const SharingProblem& problem, std::uint32_t channel, double rate) {
  for (std::uint32_t i = first_flow_[channel]; i < first_flow_[channel + 1]; ++i) {
    const std::uint32_t flow = flow_list_[i];
    if (rates_[flow] >= 0) continue;
    rates_[flow] = rate;
    for (std::uint32_t hop = problem.first_hop[flow]; hop < problem.first_hop[flow + 1]; ++hop)
      filling_[problem.channels[hop]].stop_one(rate, problem.share(hop));
  }
}

std::span<const double> FairSharing::solve(const SharingProblem& problem) {
  rates_.assign(problem.flows(), still_rising);
  list_flows_of_channels(problem);
  const auto later = [](const Level& a, const Level& b) { return a.rate > b.rate; };
  heap_.clear();
  for (std::uint32_t channel = 0; channel < filling_.size(); ++channel)
    if (filling_[channel].flows > 0) heap_.push_back({filling_[channel].rate(), channel});
  std::make_heap(heap_.begin(), heap_.end(), later);
  double level = 0;  // never falls, whatever the rounding
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const auto [stale_rate, channel] = heap_.back();
    heap_.pop_back();
    Filling& filling = filling_[channel];
    const bool ties = filling.stopped_at >= level && filling.rate() <= level;
    if (!ties) filling.settle();
    if (filling.flows == filling.stopped) continue;
    const double rate = ties ? level : std::max(level, filling.rate());
    if (rate > stale_rate) {  // flows that stopped since have left more for the others
      heap_.push_back({rate, channel});
      std::push_heap(heap_.begin(), heap_.end(), later);
      continue;
    }
    level = rate;
    fill(problem, channel, rate);
  }
  return rates_;
}

}  // namespace lockstep::topologies
