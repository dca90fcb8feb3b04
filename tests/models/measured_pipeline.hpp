// Pipelines of measured stages, all alike.
#pragma once

#include <cmath>

#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// Times in milliseconds, as papers print them.
struct StageFigures {
  int stages;
  std::int64_t micro_batches;
  double forward;
  double backward_input;
  double backward_weight;
  double send;
};

// Whether `rate` is what was printed, to four digits.
[[nodiscard]] inline bool as_printed(double rate, double printed) {
  return std::abs(rate - printed) <= 0.00005;
}

// Zero Bubble Pipeline Parallelism, arXiv:2401.10241, two rows of table 9.
inline constexpr StageFigures zero_bubble_p8_m24 = {8, 24, 18.522, 18.086, 9.337, 0.601};
inline constexpr StageFigures zero_bubble_p16_m64 = {16, 64, 11.307, 11.254, 8.101, 0.379};

[[nodiscard]] inline RunOf measured_pipeline(const char* kind, const StageFigures& figures) {
  const auto span = [](double ms) { return nearest_seconds(ms / 1e3); };
  RunOf run;
  run.kind = kind;
  run.hosts = figures.stages;
  run.measured.assign(static_cast<std::size_t>(figures.stages),
                      {.forward = span(figures.forward),
                       .backward_input = span(figures.backward_input),
                       .backward_weight = span(figures.backward_weight),
                       .send = span(figures.send)});
  run.training.batch_is_global = true;
  run.training.batch = figures.micro_batches;
  run.options = {{"micro_batches", figures.micro_batches}};
  return run;
}

}  // namespace lockstep::models::testing
