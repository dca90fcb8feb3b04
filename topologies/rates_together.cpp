#include "topologies/rates_together.hpp"

#include <cmath>
#include <limits>

#include "topologies/fair_sharing.hpp"

namespace lockstep::topologies {

namespace {

constexpr std::uint32_t none = ~0U;

// The problem of all routes; channels are numbered as they come.
class Together {
 public:
  explicit Together(const Topology& topology)
      : topology_(&topology), numbers_(topology.channels.size(), none) {
    problem_.clear();
  }

  // The unshared channels of a route limit it as one channel of its own would.
  void add(const Route& route) {
    double most_bytes_per_s = std::numeric_limits<double>::infinity();
    for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
      const auto index = static_cast<std::size_t>(route.channels[hop]);
      const Channel& channel = topology_->channels[index];
      if (channel.unshared) {
        most_bytes_per_s = std::min(most_bytes_per_s, channel.bytes_per_s / route.share(hop));
        continue;
      }
      if (numbers_[index] == none)
        numbers_[index] = new_channel(channel.bytes_per_s);
      else
        meet_ = true;
      add_hop(numbers_[index], route.share(hop));
    }
    if (std::isfinite(most_bytes_per_s)) add_hop(new_channel(most_bytes_per_s), 1);
    problem_.first_hop.push_back(static_cast<std::uint32_t>(problem_.channels.size()));
  }

  [[nodiscard]] bool meet() const { return meet_; }
  [[nodiscard]] std::vector<double> rates() const {
    FairSharing sharing;
    const std::span<const double> rates = sharing.solve(problem_);
    return {rates.begin(), rates.end()};
  }

 private:
  std::uint32_t new_channel(double bytes_per_s) {
    problem_.capacities.push_back(bytes_per_s);
    return static_cast<std::uint32_t>(problem_.capacities.size() - 1);
  }
  void add_hop(std::uint32_t channel, double share) {
    problem_.channels.push_back(channel);
    problem_.shares.push_back(share);
  }

  const Topology* topology_;
  std::vector<std::uint32_t> numbers_;  // of channels in the problem
  SharingProblem problem_;
  bool meet_ = false;
};

}  // namespace

RatesTogether rates_together(const Topology& topology, Sharing sharing,
                             std::span<const Route> routes) {
  RatesTogether result;
  if (sharing == Sharing::max_min) {
    Together together(topology);
    for (const Route& route : routes) together.add(route);
    result.meet = together.meet();
    if (result.meet) {
      result.bytes_per_s = together.rates();
      return result;
    }
  }
  for (const Route& route : routes) result.bytes_per_s.push_back(route.bytes_per_s);
  return result;
}

}  // namespace lockstep::topologies
