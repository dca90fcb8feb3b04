// Levels that follow changes are those of the solver from scratch.
#include "topologies/flow_levels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/random_stream.hpp"
#include "topologies/fair_sharing.hpp"

namespace lockstep::topologies {

namespace {

struct Flowing {
  FlowIndex flow;
  std::vector<std::uint32_t> channels;
};

double rate_of(const FlowLevels& levels, FlowIndex flow) {
  return to_double(levels.level(levels.holder(flow))) / levels_a_byte_per_s;
}

// Returns the largest difference from the solver's rates, as a part of the rate.
double worst_rate(const FlowLevels& levels, const std::vector<double>& capacities,
                  std::size_t limits_from, const std::vector<Flowing>& flows) {
  SharingProblem problem;
  problem.clear();
  problem.capacities = capacities;
  for (const Flowing& flow : flows) {
    for (const std::uint32_t channel : flow.channels) {
      const bool is_limit = channel >= limits_from;
      problem.channels.push_back(is_limit ? static_cast<std::uint32_t>(problem.capacities.size())
                                          : channel);
      if (is_limit) problem.capacities.push_back(capacities[channel]);
    }
    problem.first_hop.push_back(static_cast<std::uint32_t>(problem.channels.size()));
  }
  FairSharing solver;
  const auto rates = solver.solve(problem);
  double worst = 0;
  for (std::size_t i = 0; i < flows.size(); ++i)
    worst = std::max(worst, std::abs(rate_of(levels, flows[i].flow) / rates[i] - 1));
  return worst;
}

}  // namespace

TEST_CASE("flow_levels: the worked example of the header") {
  FlowLevels levels;
  levels.set_capacity(0, 10);
  levels.set_capacity(1, 6);
  const std::vector<std::vector<std::uint32_t>> routes = {{0}, {0, 1}, {1}};
  for (FlowIndex flow = 0; flow < 3; ++flow) levels.begin(flow, routes[flow]);
  levels.settle();
  CHECK(rate_of(levels, 0) == 7);
  CHECK(rate_of(levels, 1) == 3);
  CHECK(rate_of(levels, 2) == 3);
  levels.end(2);
  levels.settle();
  CHECK(rate_of(levels, 0) == 5);
  CHECK(rate_of(levels, 1) == 5);
  CHECK(levels.holder(1) == 0);
  CHECK(levels.level(1) == 0);  // open
}

TEST_CASE("flow_levels: after random changes, rates are those of the solver") {
  for (std::uint64_t round = 0; round < 600; ++round) {
    CAPTURE(round);
    sim::RandomStream random(31, round);
    const std::size_t channels = 1 + random.below(14);
    FlowLevels levels;
    std::vector<double> capacities;
    for (std::uint32_t channel = 0; channel < channels; ++channel) {
      capacities.push_back(random.below(2) == 0 ? 1e9 : 1e7 + 3e9 * random.uniform());
      levels.set_capacity(channel, capacities.back());
    }
    const std::size_t limits_from = channels;
    for (std::uint64_t limits = random.below(3); limits > 0; --limits) {
      capacities.push_back(1e7 + 1e9 * random.uniform());
      CHECK(levels.add_limit(capacities.back()) == capacities.size() - 1);
    }
    std::vector<Flowing> flows;
    FlowIndex next = 0;
    const std::uint64_t mean_hops = 1 + random.below(4);
    const std::uint64_t most = 1 + random.below(60);
    for (int step = 0; step < 60; ++step) {
      for (std::uint64_t changes = 1 + random.below(random.below(5) == 0 ? 30 : 2); changes > 0;
           --changes) {
        const bool ends = !flows.empty() && flows.back().flow + 1 > 0 &&
                          random.below(2 * most) < flows.size() + (flows.size() > most ? most : 0);
        if (ends) {
          const auto which = random.below(flows.size());
          if (levels.holder(flows[which].flow) == FlowLevels::none) continue;
          levels.end(flows[which].flow);
          flows.erase(flows.begin() + static_cast<std::ptrdiff_t>(which));
          continue;
        }
        Flowing flow{next++, {}};
        for (std::uint32_t channel = 0; channel < channels; ++channel)
          if (random.below(channels) < mean_hops) flow.channels.push_back(channel);
        if (flow.channels.empty())
          flow.channels.push_back(static_cast<std::uint32_t>(random.below(channels)));
        if (capacities.size() > limits_from && random.below(4) == 0)
          flow.channels.push_back(static_cast<std::uint32_t>(
              limits_from + random.below(capacities.size() - limits_from)));
        levels.begin(flow.flow, flow.channels);
        flows.push_back(std::move(flow));
      }
      if (random.below(6) == 0) {
        const auto channel = static_cast<std::uint32_t>(random.below(channels));
        capacities[channel] = 1e7 + 3e9 * random.uniform();
        levels.set_capacity(channel, capacities[channel]);
      }
      levels.settle();
      CHECK(worst_rate(levels, capacities, limits_from, flows) < 1e-12);
    }
  }
}

}  // namespace lockstep::topologies
