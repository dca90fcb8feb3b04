// The number of workers at which communication takes as long as computation.
#include "models/replicas/optimal_workers.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "models/algorithm.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// L = 3, N = 64, S = 4: n = 12,480 scalars in 192 columns; a global mini-batch of 4 x 8 samples.
testing::RunOf sync_sgd(const char* compression) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.device.launch_overhead_s = 0;
  run.options = {{"compression", std::string(compression)}};
  return run;
}

// Half of the mini-batch, 16 samples: 8 products of 2 x 16 x 64^2 FLOPs at 1 TFLOP/s.
constexpr double half_s = 8 * 131.072e-9;
constexpr double update_s = 24.96e-9;
constexpr double fold_s = 12.48e-9;  // of n scalars

}  // namespace

TEST_CASE("optimal_workers: dense gradients of 2 M bytes, an update and a fold") {
  // T_comm = 2 x 49,920 bytes / 1.25 GB/s = 79.872 us.
  CHECK(*optimal_workers(sync_sgd("none").setup()) ==
        doctest::Approx(half_s / (79.872e-6 - update_s - fold_s)).epsilon(1e-6));
}

TEST_CASE("optimal_workers: one_bit divides communication by Z and adds work on the sum") {
  // 12,480 bits and 192 pairs of means: 1,560 + 1,536 = 3,096 bytes, Z = 49,920 / 3,096 = 16.1.
  // Adding a residual to n scalars, before the sum and after it: 12.48 ns each.
  const double expected =
      (half_s + 12.48e-9) / (79.872e-6 * 3'096 / 49'920 - (update_s + 12.48e-9 + fold_s));
  CHECK(*optimal_workers(sync_sgd("one_bit").setup()) == doctest::Approx(expected).epsilon(1e-6));
}

TEST_CASE("optimal_workers: power_sgd sends both factors") {
  // Rank 2: 2 (65 + 64) x 3 = 774 scalars, 3,096 bytes. FLOPs: 3 products of 2 x 2 n, 3 x 520 to
  // orthogonalise, n for the residual, 774 for folds.
  const double coding_s = (3 * 4 * 12'480 + 3 * 520 + 12'480 + 774) * 1e-12;
  CHECK(*optimal_workers(sync_sgd("power_sgd").setup()) ==
        doctest::Approx(half_s / (2 * 3'096 / 1.25e9 - update_s - coding_s)).epsilon(1e-6));
}

TEST_CASE("optimal_workers: twice the mini-batch uses twice the workers") {
  testing::RunOf run = sync_sgd("none");
  const double once = *optimal_workers(run.setup());
  run.training.batch *= 2;
  CHECK(*optimal_workers(run.setup()) == doctest::Approx(2 * once));
}

TEST_CASE("optimal_workers: any number where the update takes longer than the exchange") {
  testing::RunOf run = sync_sgd("none");
  run.bytes_per_s = 1e15;
  CHECK(std::isinf(*optimal_workers(run.setup())));
}

TEST_CASE("optimal_workers: none for one worker, for top_k and where servers sum") {
  CHECK_FALSE(optimal_workers(sync_sgd("top_k").setup()));
  testing::RunOf run = sync_sgd("none");
  run.options.emplace_back("allreduce", std::string("star"));
  CHECK_FALSE(optimal_workers(run.setup()));
  run = sync_sgd("none");
  run.hosts = 1;
  CHECK_FALSE(optimal_workers(run.setup()));
  CHECK_FALSE(closed_form_of(run.setup()).optimal_workers);
}

TEST_CASE("sync_sgd: what differs from sequential SGD depends on the options") {
  testing::RunOf run = sync_sgd("none");
  CHECK(approximation_of(run.setup()) == find_algorithm("sync_sgd")->approximation);
  run.options.front().second = std::string("one_bit");
  run.options.emplace_back("double_buffering", true);
  CHECK(approximation_of(run.setup()) ==
        "gradients are sent as one bit a weight; what that leaves out joins the next gradient; "
        "gradients are half a mini-batch old");
  run.hosts = 1;
  CHECK(approximation_of(run.setup()) == find_algorithm("sync_sgd")->approximation);
}

}  // namespace lockstep::models
