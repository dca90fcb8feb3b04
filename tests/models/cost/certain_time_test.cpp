#include "models/cost/certain_time.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"
#include "tests/sanitized.hpp"

using namespace lockstep;
using namespace lockstep::models;
using lockstep::models::testing::RunOf;

TEST_CASE("certain_time: no simulation of any algorithm takes less") {
  constexpr int runs_each = lockstep::testing::sanitized ? 30 : 200;
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    models::testing::RandomRuns runs(std::string(algorithm->kind), 11);
    int bounded = 0;
    for (int i = 0; i < runs_each; ++i) {
      const Result<Setup> setup = runs.next().result();
      if (!setup.ok()) continue;
      const CertainTime certain = certain_time(*setup, closed_form_of(*setup));
      if (certain.from == Certainty::none) continue;
      ++bounded;
      CAPTURE(i);
      CAPTURE(static_cast<int>(certain.from));
      CHECK(certain.seconds <= simulate(*setup).makespan.seconds());
    }
    CHECK(bounded > 0);
  }
}

TEST_CASE("certain_time: exact and lower bounds count, estimates do not") {
  // One worker, 3 layers of 64 x 64, 8 samples: 8 products of 2 x 8 x 64 x 64 FLOPs, 524,288 in
  // all, take 524.288 ns at 1 TFLOP/s. So much is certain of an estimate, and no more.
  const Setup setup = RunOf{}.setup();
  ClosedForm form = closed_form_of(setup);
  REQUIRE(form.claim == TimeClaim::exact);
  CHECK(work_s(setup, form) == doctest::Approx(524.288e-9));
  CHECK(certain_time(setup, form).seconds ==
        doctest::Approx(form.makespan.seconds() * certain_share));
  CHECK(certain_time(setup, form).from == Certainty::exact);
  form.claim = TimeClaim::lower_bound;
  CHECK(certain_time(setup, form).from == Certainty::lower_bound);
  for (const TimeClaim claim : {TimeClaim::estimate, TimeClaim::upper_bound}) {
    form.claim = claim;
    CHECK(certain_time(setup, form).from == Certainty::work);
    CHECK(certain_time(setup, form).seconds == doctest::Approx(524.288e-9 * certain_share));
  }
}

TEST_CASE("certain_time: work is no bound where FLOPs are not exact or times are random") {
  Setup setup = RunOf{}.setup();
  ClosedForm form = closed_form_of(setup);
  form.claim = TimeClaim::estimate;
  form.counts_exact = false;
  CHECK(certain_time(setup, form).from == Certainty::none);
  CHECK(certain_time(setup, form).seconds == 0);
  form.counts_exact = true;
  setup.cluster.slowdown = Slowdown{.distribution = Slowdown::Distribution::exponential};
  CHECK(certain_time(setup, form).from == Certainty::none);
}

TEST_CASE("certain_time: twice as slow a device makes the work take twice as long") {
  Setup setup = RunOf{}.setup();
  const ClosedForm form = closed_form_of(setup);
  const double before_s = work_s(setup, form);
  setup.cluster.devices.front().slowdown = 2;
  CHECK(work_s(setup, form) == doctest::Approx(2 * before_s));
  setup.cluster.devices.front().efficiency = 0.25;
  CHECK(work_s(setup, form) == doctest::Approx(8 * before_s));
}

TEST_CASE("certain_time: bytes take at least what all links of all hosts need together") {
  // A ring of 4 sums 3 (64 x 64 + 64) = 12,480 parameters of 4 bytes: 2 x 3 x 49,920 = 299,520
  // bytes in all, over 4 links of 1.25 GB/s each: 59.904 us.
  const Setup ring = RunOf{.kind = "model_averaging"}.setup();
  const ClosedForm form = closed_form_of(ring);
  CHECK(bytes_s(ring, form) == doctest::Approx(59.904e-6));
  Setup other = ring;
  other.cluster.sharing = Sharing::none;
  CHECK(bytes_s(other, form) == 0);
  ClosedForm estimate = form;
  estimate.claim = TimeClaim::estimate;
  CHECK(certain_time(ring, estimate).from == Certainty::bytes);
  estimate.counts_exact = false;
  CHECK(certain_time(ring, estimate).from == Certainty::none);
}
