// What real numbers must do, whatever the algorithm: counts, and the same bits on any machine.
#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "tests/models/readers/numerics/every_algorithm.hpp"

namespace lockstep::models {

namespace {

using testing::four_workers;
using testing::trained;

}  // namespace

TEST_CASE("numbers of every algorithm: FLOPs, bytes and messages are those of the simulation") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    const Setup setup = four_workers(*algorithm).setup();
    const Trained result = trained(setup);
    for (const ComputeKind kind : compute_kinds) {
      CAPTURE(name_of(kind));
      CHECK(result.numbers.flops[kind] == result.simulated.flops[kind]);
    }
    CHECK(result.numbers.bytes == result.simulated.bytes);
    CHECK(result.numbers.messages == result.simulated.messages);
  }
}

TEST_CASE("numbers of every algorithm: the number of threads changes no bit") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    const Setup setup = four_workers(*algorithm).setup();
    const Trained one = trained(setup, 1);
    const Trained three = trained(setup, 3);
    CHECK(one.numbers.parameters == three.numbers.parameters);
    CHECK(one.curve.loss == three.curve.loss);
    CHECK(one.curve.accuracy == three.curve.accuracy);
  }
}

}  // namespace lockstep::models
