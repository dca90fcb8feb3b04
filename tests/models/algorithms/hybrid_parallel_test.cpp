// Hybrid parallelism: tensor parallelism within groups, data parallelism across them.
#include <doctest/doctest.h>

#include "tests/models/same_runs.hpp"

namespace lockstep::models {

namespace {

using testing::as;
using testing::check_same;
using testing::simulated;

// L = 4, N = 64, P = 8, 8 samples a worker: B = 64.
testing::RunOf hybrid(std::int64_t model_parallel) {
  testing::RunOf run;
  run.kind = "hybrid_parallel";
  run.hosts = 8;
  run.mlp.layers = 4;
  run.device.launch_overhead_s = 0;
  run.options = {{"model_parallel", model_parallel}};
  return run;
}

}  // namespace

TEST_CASE("hybrid_parallel: one worker a replica is sync_sgd, one replica is tensor_parallel") {
  check_same(hybrid(1), as("sync_sgd", hybrid(1)));
  check_same(hybrid(8), as("tensor_parallel", hybrid(8)));
}

TEST_CASE("hybrid_parallel: activations within a replica, gradients of a part across replicas") {
  // m = 2, d = 4: a replica exchanges, for 16 samples, 7 collectives of 16 x 64 scalars, (m-1)
  // times each; 2 parts are summed over 4 replicas, 2 (d-1) n/2 scalars each with n = 4 x 4,160.
  const Count exchanges = Count{4} * 7 * 16 * 64 * 4;
  const Count sums = Count{2} * 2 * 3 * (4 * 4160 / 2) * 4;
  CHECK(simulated(hybrid(2)).bytes == exchanges + sums);
  // 7 x 2 messages in each replica; 2 (d-1) d for each of the two sums.
  CHECK(simulated(hybrid(2)).messages == 4 * 7 * 2 + 2 * 24);
}

TEST_CASE("hybrid_parallel: each worker has half of the model and a quarter of the batch") {
  // Products of 2 x 16 x 64 x 32 FLOPs: 65.536 ns, 11 of them. 7 exchanges of 512 scalars, 2,048
  // bytes: 20 us + 1.6384 us, 3 of them with a fold of 0.512 ns. An allreduce over 4 of 8,320
  // scalars: 6 steps of 2,080, 8,320 bytes, 20 us + 6.656 us, and 3 folds of 2.08 ns. An update of
  // 2 x 8,320 FLOPs: 16.64 ns.
  const double expected_s = 11 * 65.536e-9 + 7 * (20e-6 + 1.6384e-6) + 3 * 0.512e-9 +
                            6 * (20e-6 + 6.656e-6) + 3 * 2.08e-9 + 16.64e-9;
  CHECK(simulated(hybrid(2)).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  const Setup setup = hybrid(2).setup();
  CHECK(closed_form_of(setup).claim == TimeClaim::exact);
  CHECK(closed_form_of(setup).memory.parameters == Count{2} * 4160 * 4);
}

TEST_CASE("hybrid_parallel: degrees whose product is not the number of workers are refused") {
  CHECK(hybrid(3).result().faults() ==
        Faults{{"/algorithm/model_parallel", "must divide the 8 workers, found 3"},
               {"/model/width",
                "must be a multiple of the 3 ranks of hybrid_parallel that divide each layer, "
                "found 64"}});
  testing::RunOf both = hybrid(2);
  both.options.emplace_back("data_parallel", std::int64_t{3});
  CHECK(both.result().faults() ==
        Faults{{"/algorithm/data_parallel",
                "times model_parallel must be the 8 workers, found 3 x 2"}});
  both.options.back().second = std::int64_t{4};
  check_same(both, hybrid(2));
  testing::RunOf run = hybrid(2);
  run.training.batch_is_global = true;
  run.training.batch = 6;
  CHECK(run.result().faults() ==
        Faults{{"/training/global_batch",
                "must be a multiple of the 4 replicas of hybrid_parallel, found 6"}});
}

}  // namespace lockstep::models
