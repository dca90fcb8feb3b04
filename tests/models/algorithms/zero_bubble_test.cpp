// ZB-H1 and ZB-H2 against their paper, arXiv:2401.10241.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/measured_pipeline.hpp"
#include "tests/models/pass_letters.hpp"

namespace lockstep::models {

namespace {

using testing::measured_pipeline;
using testing::most_in_flight;
using testing::schedule;

void check_printed(const testing::RunOf& run, double printed) {
  const double rate = simulate(run.setup()).bubble_rate.value();
  CAPTURE(rate);
  CHECK(testing::as_printed(rate, printed));
}

}  // namespace

TEST_CASE("zb_h1: bubble rates as published in table 5 from the times of table 9") {
  check_printed(measured_pipeline("zb_h1", testing::zero_bubble_p8_m24), .1585);
  check_printed(measured_pipeline("zb_h1", testing::zero_bubble_p16_m64), .1088);
}

TEST_CASE("zb_h2: bubble rates as published in table 5 from the times of table 9") {
  check_printed(measured_pipeline("zb_h2", testing::zero_bubble_p8_m24), .1083);
  check_printed(measured_pipeline("zb_h2", testing::zero_bubble_p16_m64), .0516);
}

TEST_CASE("zb_h1: the schedule of three stages and four micro-batches") {
  // 3 - s forwards; then B, W if more than s wait for it, F if any is left; then the other Ws.
  CHECK(schedule("zb_h1", 3, 4) ==
        std::vector<std::string>{"FFFBWFBWBWBW", "FFBFBWFBWBWW", "FBFBFBWFBWWW"});
}

TEST_CASE("zb_h2: the schedule of two stages and five micro-batches") {
  // 2 (2 - s) - 1 forwards: 3, 1; at stage 1 a W comes when more than 2 wait for it.
  CHECK(schedule("zb_h2", 2, 5) == std::vector<std::string>{"FFFBWFBWFBWBWBW", "FBFBFBWFBWFBWWW"});
}

TEST_CASE("zero bubble: memory is what the schedule has in flight") {
  for (const char* kind : {"zb_h1", "zb_h2"})
    for (const int stages : {1, 2, 5})
      for (const std::int64_t micro_batches : {1, 4, 7, 20}) {
        testing::RunOf run = measured_pipeline(kind, {stages, micro_batches, 1, 1, 1, 0});
        for (MeasuredStage& stage : run.measured) stage.activation_bytes = 1;
        std::int64_t most = 0;
        for (const std::string& letters : schedule(kind, stages, micro_batches))
          most = std::max(most, most_in_flight(letters));
        const ClosedForm form = find_algorithm(kind)->closed_form(run.setup());
        CAPTURE(kind);
        CAPTURE(stages);
        CHECK(form.memory.activations == most);
      }
}

TEST_CASE("zero bubble: with equal times the bubbles are (K - 1) (F + B - W) and about none") {
  // 1 ms each, K = 4, M = 12: ZB-H1 takes 36 + 3 (1 + 1 - 1) = 39 ms, ZB-H2 36 ms a stage from its
  // first F to its last W. The last stage starts 3 ms after the first in both.
  const testing::RunOf first = measured_pipeline("zb_h1", {4, 12, 1, 1, 1, 0});
  CHECK(simulate(first.setup()).makespan.seconds() == doctest::Approx(39e-3));
  CHECK(simulate(first.setup()).bubble_rate.value() == doctest::Approx(3.0 / 39));
  const testing::RunOf second = measured_pipeline("zb_h2", {4, 12, 1, 1, 1, 0});
  CHECK(simulate(second.setup()).bubble_rate.value() == doctest::Approx(0));
}

TEST_CASE("zero bubble: the lower bound is within 1 % for the paper's times") {
  for (const char* kind : {"zb_h1", "zb_h2"})
    for (const auto& figures : {testing::zero_bubble_p8_m24, testing::zero_bubble_p16_m64}) {
      const Setup setup = measured_pipeline(kind, figures).setup();
      const double bound_s = find_algorithm(kind)->closed_form(setup).makespan.seconds();
      CHECK(simulate(setup).makespan.seconds() == doctest::Approx(bound_s).epsilon(0.01));
    }
}

}  // namespace lockstep::models
