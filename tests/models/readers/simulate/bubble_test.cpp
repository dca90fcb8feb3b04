#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/measured_pipeline.hpp"

namespace lockstep::models {

namespace {

double rate(const testing::RunOf& run) { return simulate(run.setup()).bubble_rate.value(); }

}  // namespace

TEST_CASE("bubble: of 1F1B as published, arXiv:2401.10241, table 5") {
  using testing::as_printed;
  using testing::measured_pipeline;
  CHECK(as_printed(rate(measured_pipeline("pipeline_1f1b", testing::zero_bubble_p8_m24)), .2431));
  CHECK(as_printed(rate(measured_pipeline("pipeline_1f1b", testing::zero_bubble_p16_m64)), .2082));
}

TEST_CASE("bubble: without communication (K - 1) / (M + K - 1) of GPipe, recomputation or not") {
  testing::RunOf run = testing::measured_pipeline("gpipe", {4, 12, 1, 1, 1, 0});
  CHECK(rate(run) == doctest::Approx(3.0 / 15));
  run.options.emplace_back("rematerialization", true);
  CHECK(rate(run) == doctest::Approx(3.0 / 15));
}

TEST_CASE("bubble: the first iteration counts, and the update does not") {
  // Layers this time: a second iteration changes nothing.
  testing::RunOf run;
  run.kind = "gpipe";
  run.mlp.layers = 8;
  run.options = {{"micro_batches", std::int64_t{8}}};
  const double once = rate(run);
  run.training.iterations = 3;
  CHECK(rate(run) == once);
  CHECK(once > 0);
  CHECK(once < 1);
}

TEST_CASE("bubble: one stage has none, and what is no pipeline has no rate") {
  CHECK(rate(testing::measured_pipeline("pipeline_1f1b", {1, 5, 1, 2, 3, 0})) == 0);
  CHECK_FALSE(simulate(testing::RunOf{.kind = "sync_sgd"}.setup()).bubble_rate.has_value());
}

TEST_CASE("bubble: a pipeline that is never flushed has no bubble of one mini-batch") {
  for (const char* kind : {"pipedream", "pipedream_2bw"})
    CHECK_FALSE(simulate(testing::measured_pipeline(kind, {3, 6, 1, 1, 1, 0}).setup())
                    .bubble_rate.has_value());
}

}  // namespace lockstep::models
