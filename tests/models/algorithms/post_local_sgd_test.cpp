// Post-local SGD: what its paper says of it, and what it shares with model averaging.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

testing::RunOf post_local(std::int64_t switch_after, std::int64_t sync_period) {
  testing::RunOf run;
  run.kind = "post_local_sgd";
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.1};
  run.options = {{"switch_after", switch_after}, {"sync_period", sync_period}};
  return run;
}

testing::RunOf averaging(std::int64_t sync_period) {
  testing::RunOf run = post_local(1, 1);
  run.kind = "model_averaging";
  run.options = {{"sync_period", sync_period}};
  return run;
}

Count averages_of(const testing::RunOf& run) {
  const Setup setup = run.setup();
  const Simulated simulated = simulate(setup);
  CHECK(simulated.bytes == closed_form_of(setup).bytes);
  CHECK(simulated.makespan == closed_form_of(setup).makespan);
  return simulated.messages / (2 * 4 * 3);  // of a ring of 4: 2 (P-1) steps of P messages
}

}  // namespace

TEST_CASE("post_local_sgd: an average after each of t' steps, then after every H") {
  // 12 iterations: after 4 single steps, 8 are left: by 4 in 2 rounds, by 3 in 3 (the last of 2).
  CHECK(averages_of(post_local(4, 4)) == 4 + 2);
  CHECK(averages_of(post_local(4, 3)) == 4 + 3);
  CHECK(averages_of(post_local(4, 0)) == 4 + 1);
  CHECK(averages_of(post_local(0, 2)) == 6 + 3);  // half
  CHECK(averages_of(post_local(12, 4)) == 12);
  CHECK(averages_of(post_local(100, 4)) == 12);
  CHECK(averages_of(post_local(11, 5)) == 12);
}

TEST_CASE("post_local_sgd: on numbers it is mini-batch SGD first, then local SGD") {
  const auto models_of = [](const testing::RunOf& run) {
    return testing::trained(run.setup()).numbers.parameters;
  };
  // Never switched, it is averaging after every step; a period of 1 is no switch.
  CHECK(models_of(post_local(12, 4)) == models_of(averaging(1)));
  CHECK(models_of(post_local(4, 1)) == models_of(averaging(1)));
  // The first phase of a run is all of a shorter one.
  testing::RunOf shorter = averaging(1);
  shorter.training.iterations = 4;
  testing::RunOf same = post_local(4, 4);
  same.training.iterations = 4;
  CHECK(models_of(same) == models_of(shorter));
  // Local steps go elsewhere than the mean gradient.
  CHECK(models_of(post_local(4, 4)) != models_of(averaging(1)));
  CHECK(models_of(post_local(4, 4)) != models_of(averaging(4)));
}

}  // namespace lockstep::models
