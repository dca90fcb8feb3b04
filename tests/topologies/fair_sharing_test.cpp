#include "topologies/fair_sharing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random_stream.hpp"

namespace lockstep::topologies {

namespace {

SharingProblem problem_of(std::vector<double> capacities,
                          const std::vector<std::vector<std::uint32_t>>& routes) {
  SharingProblem problem;
  problem.clear();
  problem.capacities = std::move(capacities);
  for (const auto& route : routes) {
    problem.channels.insert(problem.channels.end(), route.begin(), route.end());
    problem.first_hop.push_back(static_cast<std::uint32_t>(problem.channels.size()));
  }
  return problem;
}

std::vector<double> solve(const SharingProblem& problem) {
  FairSharing solver;
  const auto rates = solver.solve(problem);
  return {rates.begin(), rates.end()};
}

// Conditions (1) and (2) of the header, up to the rounding of sums of `flows` terms.
void check_max_min(const SharingProblem& problem, const std::vector<double>& rates) {
  const double rounding = 1e-14 * static_cast<double>(problem.flows() + 1);
  std::vector<double> used(problem.capacities.size(), 0);
  std::vector<double> fastest(problem.capacities.size(), 0);
  for (std::size_t flow = 0; flow < problem.flows(); ++flow)
    for (std::uint32_t hop = problem.first_hop[flow]; hop < problem.first_hop[flow + 1]; ++hop) {
      used[problem.channels[hop]] += rates[flow];
      fastest[problem.channels[hop]] = std::max(fastest[problem.channels[hop]], rates[flow]);
    }
  for (std::size_t channel = 0; channel < used.size(); ++channel)
    CHECK(used[channel] <= problem.capacities[channel] * (1 + rounding));
  for (std::size_t flow = 0; flow < problem.flows(); ++flow) {
    bool has_bottleneck = false;
    for (std::uint32_t hop = problem.first_hop[flow]; hop < problem.first_hop[flow + 1]; ++hop) {
      const std::uint32_t channel = problem.channels[hop];
      has_bottleneck =
          has_bottleneck || (used[channel] >= problem.capacities[channel] * (1 - rounding) &&
                             fastest[channel] <= rates[flow] * (1 + rounding));
    }
    CHECK(has_bottleneck);
  }
}

SharingProblem random_problem(sim::RandomStream& random) {
  const std::size_t channels = 1 + random.below(12);
  std::vector<double> capacities;
  for (std::size_t channel = 0; channel < channels; ++channel)
    capacities.push_back(random.below(3) == 0 ? 10 : 1 + 20 * random.uniform());
  std::vector<std::vector<std::uint32_t>> routes(1 + random.below(40));
  for (auto& route : routes) {
    for (std::uint32_t channel = 0; channel < channels; ++channel)
      if (random.below(channels) < 2) route.push_back(channel);
    if (route.empty()) route.push_back(static_cast<std::uint32_t>(random.below(channels)));
  }
  return problem_of(capacities, routes);
}

}  // namespace

TEST_CASE("fair_sharing: the worked example of the header") {
  // A = 10, B = 6; flow 1 over A, 2 over A and B, 3 over B: B fills at 3, then A at 7.
  CHECK(solve(problem_of({10, 6}, {{0}, {0, 1}, {1}})) == std::vector<double>{7, 3, 3});
}

TEST_CASE("fair_sharing: flows over one channel share it equally") {
  CHECK(solve(problem_of({12}, {{0}, {0}, {0}})) == std::vector<double>{4, 4, 4});
}

TEST_CASE("fair_sharing: a long flow over a chain is held by its narrowest channel") {
  // Parking lot: capacities 6, 3, 9; one flow over all, one over each. The second channel fills at
  // 1.5; then the first at 4.5 and the third at 7.5.
  CHECK(solve(problem_of({6, 3, 9}, {{0, 1, 2}, {0}, {1}, {2}})) ==
        std::vector<double>{1.5, 4.5, 1.5, 7.5});
}

TEST_CASE("fair_sharing: channels that tie give all their flows the very same rate") {
  // Fifteen flows over each of two channels, five over both: 1 / 15 everywhere, to the last bit.
  std::vector<std::vector<std::uint32_t>> routes;
  for (int i = 0; i < 10; ++i) routes.push_back({0});
  for (int i = 0; i < 10; ++i) routes.push_back({1});
  for (int i = 0; i < 5; ++i) routes.push_back({0, 1});
  const std::vector<double> rates = solve(problem_of({1, 1}, routes));
  for (const double rate : rates) CHECK(rate == 1.0 / 15);
}

TEST_CASE("fair_sharing: random problems satisfy the max-min conditions") {
  sim::RandomStream random(1, 0);
  for (int round = 0; round < 2000; ++round) {
    const SharingProblem problem = random_problem(random);
    check_max_min(problem, solve(problem));
  }
}

TEST_CASE("fair_sharing: the order of flows changes no bit of any rate") {
  sim::RandomStream random(2, 0);
  for (int round = 0; round < 500; ++round) {
    const SharingProblem problem = random_problem(random);
    const std::vector<double> rates = solve(problem);
    std::vector<std::vector<std::uint32_t>> reversed;
    for (std::size_t flow = problem.flows(); flow-- > 0;)
      reversed.emplace_back(problem.channels.begin() + problem.first_hop[flow],
                            problem.channels.begin() + problem.first_hop[flow + 1]);
    std::vector<double> back = solve(problem_of(problem.capacities, reversed));
    std::reverse(back.begin(), back.end());
    CHECK(back == rates);
  }
}

}  // namespace lockstep::topologies
