#include "sim/barrier.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sim/engine.hpp"
#include "sim/process.hpp"

namespace lockstep::sim {
namespace {

// Comes to the barrier `who` picoseconds after the last time, and notes when it goes on.
Process visitor(Engine& engine, Barrier& barrier, int who, int rounds,
                std::vector<Picoseconds>& passed) {
  for (int round = 0; round < rounds; ++round) {
    co_await engine.delay(Picoseconds{who});
    co_await barrier.arrive();
    passed.push_back(engine.now());
  }
}

std::vector<Picoseconds> passed_by(int parties, int visitors, int rounds, Outcome& outcome) {
  Engine engine;
  Barrier barrier(static_cast<std::size_t>(parties));
  std::vector<Picoseconds> passed;
  for (int who = 1; who <= visitors; ++who)
    engine.spawn(visitor(engine, barrier, who, rounds, passed), {"visitor", who});
  outcome = engine.run();
  return passed;
}

}  // namespace

TEST_CASE("barrier: all go on when the last has come, round after round") {
  // The third comes 3 ps after each round.
  Outcome outcome;
  const auto passed = passed_by(3, 3, 2, outcome);
  CHECK(outcome.finished());
  CHECK(passed == std::vector<Picoseconds>{{3}, {3}, {3}, {6}, {6}, {6}});
}

TEST_CASE("barrier: one party never waits") {
  Outcome outcome;
  CHECK(passed_by(1, 1, 2, outcome) == std::vector<Picoseconds>{{1}, {2}});
}

TEST_CASE("barrier: too few parties never go on") {
  Outcome outcome;
  CHECK(passed_by(3, 2, 1, outcome).empty());
  CHECK(outcome.kind == Outcome::Kind::deadlock);
}

}  // namespace lockstep::sim
