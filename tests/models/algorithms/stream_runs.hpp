// Pipelines without communication to speak of, for tests of those that are never flushed.
#pragma once

#include <string>

#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// K equal stages of two layers; a micro-batch, or mini-batch, of 8 samples of width 64 at 1 TFLOP/s
// without overhead: a product takes 2 x 8 x 64^2 / 1e12 s = 65.536 ns, an activation 2048 bytes.
inline constexpr double stream_product_s = 65.536e-9;

[[nodiscard]] inline RunOf stream_run(const char* kind, int stages, std::int64_t micro_batches,
                                      std::int64_t iterations, double latency_s = 0) {
  RunOf run;
  run.kind = kind;
  run.topology = "fully_connected";
  run.hosts = stages;
  run.bytes_per_s = 1e16;
  run.latency_s = latency_s;
  run.device.launch_overhead_s = 0;
  run.mlp.layers = 2 * stages;
  run.training.batch_is_global = true;
  run.training.batch = 8 * micro_batches;
  run.training.iterations = iterations;
  return run;
}

// Of the 2 x (64^2 + 64) parameters of a stage.
inline constexpr double stream_update_s = 2 * 2 * (64 * 64 + 64) / 1e12;

}  // namespace lockstep::models::testing
