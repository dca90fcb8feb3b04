#include "models/cost/pareto_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/random_stream.hpp"

using namespace lockstep;
using namespace lockstep::models;

namespace {

// A made-up run: what a simulation would say, and what is known before.
struct Made {
  ParetoCandidate candidate;
  double time_s = 0;
};

// Small whole numbers, so that many runs are equal in time, in memory or in both.
std::vector<Made> random_runs(sim::RandomStream& random, std::size_t count) {
  std::vector<Made> runs;
  for (std::size_t number = 0; number < count; ++number) {
    Made run;
    run.time_s = static_cast<double>(1 + random.below(12));
    run.candidate.number = number;
    run.candidate.group = random.below(2);
    run.candidate.memory = static_cast<std::int64_t>(1 + random.below(12));
    run.candidate.hosts = static_cast<int>(1 + random.below(3));
    run.candidate.guess_s = static_cast<double>(1 + random.below(20));
    if (const auto from = static_cast<Certainty>(random.below(4)); from == Certainty::exact)
      run.candidate.certain = {run.time_s, from};
    else if (from != Certainty::none)
      run.candidate.certain = {random.uniform() * run.time_s, from};
    runs.push_back(run);
  }
  return runs;
}

// Searches, a few at once, and says which were simulated.
std::vector<std::size_t> search_all(ParetoSearch& search, const std::vector<Made>& runs,
                                    std::size_t at_once) {
  std::vector<std::size_t> simulated;
  for (auto numbers = search.next(at_once); !numbers.empty(); numbers = search.next(at_once))
    for (const std::size_t number : numbers) {
      search.simulated(number, runs[number].time_s);
      simulated.push_back(number);
    }
  return simulated;
}

std::vector<std::size_t> numbers_of(const std::vector<ParetoPoint>& points) {
  std::vector<std::size_t> numbers;
  for (const ParetoPoint& point : points) numbers.push_back(point.number);
  std::ranges::sort(numbers);
  return numbers;
}

// By the definition: every point against every other.
std::vector<std::size_t> undominated(const std::vector<Made>& runs, bool by_group) {
  std::vector<std::size_t> numbers;
  for (const Made& one : runs) {
    const auto beats_one = [&](const Made& other) {
      if (by_group && other.candidate.group != one.candidate.group) return false;
      const auto point = [](const Made& run) {
        return ParetoPoint{run.candidate.number, run.candidate.memory, run.time_s,
                           run.candidate.hosts};
      };
      return dominates(point(other), point(one));
    };
    if (std::ranges::none_of(runs, beats_one)) numbers.push_back(one.candidate.number);
  }
  return numbers;
}

std::vector<ParetoCandidate> candidates_of(const std::vector<Made>& runs) {
  std::vector<ParetoCandidate> candidates;
  for (const Made& run : runs) candidates.push_back(run.candidate);
  return candidates;
}

}  // namespace

TEST_CASE("pareto_search: the front is that of all runs, run for run, however few are simulated") {
  sim::RandomStream random(1, 0);
  std::size_t pruned = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::vector<Made> runs = random_runs(random, 1 + random.below(60));
    std::vector<ParetoCandidate> candidates = candidates_of(runs);
    for (ParetoCandidate& each : candidates) each.group = 0;
    ParetoSearch search(candidates);
    const auto simulated = search_all(search, runs, 1 + random.below(8));
    CHECK(numbers_of(search.front()) == undominated(runs, false));
    CHECK(search.left() == 0);
    pruned += runs.size() - simulated.size();
  }
  CHECK(pruned > 10000);  // of about 60,000
}

TEST_CASE("pareto_search: of equal runs the one on fewest hosts stands for all, then the first") {
  const std::vector<ParetoPoint> equal = {{0, 10, 1.0, 4}, {1, 10, 1.0, 2}, {2, 10, 1.0, 2}};
  CHECK(pareto_front(equal).size() == 1);
  CHECK(pareto_front(equal).front().number == 1);
  CHECK(dominates(equal[1], equal[0]));
  CHECK(dominates(equal[1], equal[2]));
  CHECK_FALSE(dominates(equal[0], equal[2]));
}

TEST_CASE("pareto_search: each group has the front of its own runs") {
  sim::RandomStream random(2, 0);
  for (int round = 0; round < 500; ++round) {
    const std::vector<Made> runs = random_runs(random, 1 + random.below(60));
    ParetoSearch search(candidates_of(runs));
    (void)search_all(search, runs, 4);
    CHECK(numbers_of(search.fronts_of_groups()) == undominated(runs, true));
    CHECK(numbers_of(search.front()) == undominated(runs, false));
  }
}

TEST_CASE("pareto_search: without a time that is certain, everything is simulated") {
  sim::RandomStream random(3, 0);
  for (int round = 0; round < 100; ++round) {
    const std::vector<Made> runs = random_runs(random, 40);
    std::vector<ParetoCandidate> candidates = candidates_of(runs);
    // A guess far beyond all others is no reason either.
    for (ParetoCandidate& each : candidates) {
      each.certain.from = Certainty::none;
      each.guess_s *= 1e9;
    }
    ParetoSearch search(candidates);
    CHECK(search_all(search, runs, 4).size() == runs.size());
  }
}

TEST_CASE("pareto_search: every run is simulated or counted as pruned by what was certain of it") {
  // The first is the fastest. Of the others, which need as much memory, the second is certain to be
  // slower, the third is too by a bound, the fourth by its work, the fifth may be faster, the sixth
  // needs less memory.
  const std::vector<Made> runs = {{{0, 0, 10, 1.0, {1.0, Certainty::exact}}, 1.0},
                                  {{1, 0, 10, 2.0, {2.0, Certainty::exact}}, 2.0},
                                  {{2, 0, 11, 2.0, {1.5, Certainty::lower_bound}}, 2.0},
                                  {{3, 0, 10, 2.0, {1.0, Certainty::work}}, 2.0},
                                  {{4, 0, 10, 3.0, {0.5, Certainty::lower_bound}}, 2.0},
                                  {{5, 0, 9, 9.0, {9.0, Certainty::exact}}, 9.0}};
  ParetoSearch search(candidates_of(runs));
  CHECK(search_all(search, runs, 1) == std::vector<std::size_t>{0, 4, 5});
  CHECK(search.pruned(Certainty::exact) == 1);
  CHECK(search.pruned(Certainty::lower_bound) == 1);
  CHECK(search.pruned(Certainty::work) == 1);
  CHECK(numbers_of(search.front()) == std::vector<std::size_t>{0, 5});
}

TEST_CASE("pareto_search: of equal runs the one with the smallest number stands for all") {
  const std::vector<ParetoPoint> points = {{3, 5, 1.0}, {1, 5, 1.0}, {2, 5, 1.0}, {4, 5, 2.0}};
  const auto front = pareto_front(points);
  REQUIRE(front.size() == 1);
  CHECK(front.front().number == 1);
}
