#include "models/cost/own_links.hpp"

#include <doctest/doctest.h>

#include "models/cost/algorithm.hpp"
#include "models/cost/certain_time.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/results_of.hpp"

namespace lockstep::models {

namespace {

// Sixteen computers at 1 Gbit/s, with 25 MB of parameters.
testing::RunOf slow_network(const char* kind,
                            std::vector<std::pair<std::string, OptionValue>> options) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = 16;
  run.bytes_per_s = 125e6;
  run.mlp = {.layers = 6, .width = 1024};
  run.training = {.batch = 256, .iterations = 5};
  run.options = std::move(options);
  return run;
}

}  // namespace

TEST_CASE("own_links: what hosts send takes its time, however it overlaps with computing") {
  const testing::RunOf run = slow_network("sgp", {{"overlap_steps", std::int64_t{1}}});
  const ClosedForm form = testing::closed_form(run);
  // Each host sends 4 bytes of all 6 (1,024^2 + 1,024) parameters, and a weight, in each iteration.
  const double parameters = 6 * (1024.0 * 1024 + 1024);
  CHECK(form.makespan.seconds() >= 5 * 4 * parameters / 125e6);
  CHECK(form.claim == TimeClaim::lower_bound);
  const Simulated result = testing::simulated(run);
  CHECK(result.makespan >= form.makespan);
  CHECK(form.makespan.seconds() > 0.9 * result.makespan.seconds());
}

TEST_CASE("own_links: a pipeline's stages send both ways") {
  const testing::RunOf run =
      slow_network("three_d_parallel",
                   {{"pipeline_parallel", std::int64_t{2}}, {"micro_batches", std::int64_t{16}}});
  const ClosedForm form = testing::closed_form(run);
  CHECK(testing::simulated(run).makespan >= form.makespan);
  CHECK(form.makespan.seconds() >= 0.999 * bytes_s(run.setup(), form));
}

TEST_CASE("own_links: the formula says where these links are the time") {
  const testing::RunOf slow = slow_network("sgp", {{"overlap_steps", std::int64_t{1}}});
  CHECK(formula_of(slow.setup()).text().ends_with(", t_own_links)"));
  testing::RunOf fast = slow;
  fast.bytes_per_s = 125e9;
  CHECK(formula_of(fast.setup()).text() == fast.setup().algorithm->formula(fast.setup()).text());
}

TEST_CASE("own_links: an exact time and an upper bound stay what they are") {
  const testing::RunOf run = slow_network("sgp", {{"overlap_steps", std::int64_t{1}}});
  ClosedForm form = run.setup().algorithm->closed_form(run.setup());
  const Picoseconds own = form.makespan;
  for (const TimeClaim claim : {TimeClaim::exact, TimeClaim::upper_bound}) {
    form.claim = claim;
    raise_to_own_links(run.setup(), form);
    CHECK(form.makespan == own);
  }
  form.claim = TimeClaim::estimate;
  raise_to_own_links(run.setup(), form);
  CHECK(form.makespan > own);
}

}  // namespace lockstep::models
