// Hybrid parallelism: tensor parallelism within groups, data parallelism across them.
#include <doctest/doctest.h>

#include <string>

#include "models/algorithms/registry.hpp"
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

TEST_CASE("hybrid_parallel: with one worker a replica it compresses as sync_sgd does") {
  for (const std::string compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
    testing::RunOf run = hybrid(1);
    testing::RunOf reference = as("sync_sgd", run);
    run.options.emplace_back("compression", compression);
    reference.options.emplace_back("compression", compression);
    check_same(run, reference);
  }
}

TEST_CASE("hybrid_parallel: each part of a layer is compressed as a matrix of its own") {
  // m = 2, d = 4: 8,320 scalars a rank. By columns: 32 columns of 65 a layer, and so in each of 4
  // blocks, 260 + 8 x 32 bytes. By rows: 64 columns of 32 a layer and one of 32 biases, 260 + 8 x
  // 65 bytes. Both 2 (d-1) d messages in each of 2 parts, dense of 8,320 bytes.
  // Low rank: 4 factors of 2 x (65 + 32) scalars; by rows 4 of 2 x (32 + 64), and the biases with
  // one scalar; round a ring 2 (d-1) times those.
  const auto saved = [](const char* split, const char* compression) {
    testing::RunOf run = hybrid(2);
    run.options.emplace_back("split", std::string(split));
    const Count dense = simulated(run).bytes;
    run.options.emplace_back("compression", std::string(compression));
    return dense - simulated(run).bytes;
  };
  const Count dense = Count{48} * 8'320;
  CHECK(saved("column", "one_bit") == dense - 48 * 516);
  CHECK(saved("row", "one_bit") == dense - 48 * 780);
  CHECK(saved("pairs", "one_bit") == dense - 24 * (516 + 780));
  CHECK(saved("column", "power_sgd") == dense - 2 * 6 * 4 * 2 * 97 * 4);
  CHECK(saved("row", "power_sgd") == dense - 2 * 6 * 4 * (2 * 96 + 33) * 4);
}

TEST_CASE("hybrid_parallel: residuals are as long as a worker's part, and one replica has none") {
  testing::RunOf run = hybrid(2);
  run.options.emplace_back("compression", std::string("one_bit"));
  CHECK(closed_form_of(run.setup()).memory.versions == (8'320 + 2'080) * 4);
  CHECK(approximation_of(run.setup()) ==
        "gradients are sent as one bit per weight; the remainder joins the next gradient");
  run.options.front().second = std::int64_t{8};
  CHECK(closed_form_of(run.setup()).memory.versions == 0);
  CHECK(approximation_of(run.setup()) == find_algorithm("hybrid_parallel")->approximation);
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
