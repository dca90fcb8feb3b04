// Compressed pushes to servers on real numbers.
#include <doctest/doctest.h>

#include <string>

#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::trained;

testing::RunOf pushing(const char* kind, const char* compression) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = 4;  // three workers
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 20, .learning_rate = 0.05};
  run.options = {{"compression", std::string(compression)}, {"top_k_fraction", 1.0}};
  return run;
}

}  // namespace

TEST_CASE("compressed pushes on numbers: all scalars, where length costs no time, are dense") {
  for (const char* kind : {"async_sgd", "downpour", "adag", "ssp"}) {
    CAPTURE(kind);
    testing::RunOf dense = pushing(kind, "none");
    testing::RunOf kept = pushing(kind, "top_k");
    // Messages of any length take as long: they arrive in the same order. What encoding costs the
    // device does not tell either.
    for (testing::RunOf* run : {&dense, &kept}) {
      run->bytes_per_s = 1e18;
      run->device = {.flops_per_s = 1e12, .launch_overhead_s = 0};
    }
    CHECK(trained(kept.setup()).numbers.parameters == trained(dense.setup()).numbers.parameters);
  }
}

TEST_CASE("compressed pushes on numbers: servers learn from every encoding") {
  for (const char* kind : {"async_sgd", "downpour"}) {
    for (const char* compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
      CAPTURE(kind);
      CAPTURE(compression);
      testing::RunOf run = pushing(kind, compression);
      run.options.back().second = 0.1;
      run.training.iterations = 30;
      const Trained result = trained(run.setup());
      CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
      for (const ComputeKind part : compute_kinds)
        CHECK(result.numbers.flops[part] == result.simulated.flops[part]);
      CHECK(result.numbers.bytes == result.simulated.bytes);
    }
  }
}

}  // namespace lockstep::models
