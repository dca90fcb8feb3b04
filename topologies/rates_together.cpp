#include "topologies/rates_together.hpp"

#include "topologies/flow_problem.hpp"

namespace lockstep::topologies {

RatesTogether rates_together(const Topology& topology, Sharing sharing,
                             std::span<const Route> routes) {
  RatesTogether result;
  if (sharing == Sharing::max_min) {
    constexpr std::uint32_t none = ~0U;
    std::vector<std::uint32_t> numbers(topology.channels.size(), none);
    SharingProblem problem;
    problem.clear();
    const auto number_of = [&](ChannelIndex channel) {
      const auto index = static_cast<std::size_t>(channel);
      result.meet = result.meet || numbers[index] != none;
      if (numbers[index] == none) {
        numbers[index] = static_cast<std::uint32_t>(problem.capacities.size());
        problem.capacities.push_back(topology.channels[index].bytes_per_s);
      }
      return numbers[index];
    };
    for (const Route& route : routes)
      add_flow(problem, topology, route.channels, route.shares, number_of);
    if (result.meet) {
      FairSharing fair_sharing;
      const std::span<const double> rates = fair_sharing.solve(problem);
      result.bytes_per_s.assign(rates.begin(), rates.end());
      return result;
    }
  }
  for (const Route& route : routes) result.bytes_per_s.push_back(route.bytes_per_s);
  return result;
}

}  // namespace lockstep::topologies
