// 3D parallelism: its three ways of dividing the work, alone and together.
#include <doctest/doctest.h>

#include "tests/models/same_runs.hpp"

namespace lockstep::models {

namespace {

using testing::as;
using testing::check_same;
using testing::simulated;

// L = 4, N = 64, P = 8, 8 samples a worker: B = 64.
testing::RunOf three_d(std::int64_t tensor, std::int64_t stages, std::int64_t micro_batches) {
  testing::RunOf run;
  run.kind = "three_d_parallel";
  run.hosts = 8;
  run.mlp.layers = 4;
  run.training.batch_is_global = true;
  run.training.batch = 64;
  run.device.launch_overhead_s = 0;
  run.options = {
      {"tensor_parallel", tensor}, {"pipeline_parallel", stages}, {"micro_batches", micro_batches}};
  return run;
}

}  // namespace

TEST_CASE("three_d_parallel: each degree alone is the algorithm of that name") {
  const testing::RunOf data = three_d(1, 1, 1);
  check_same(data, as("sync_sgd", data));
  for (const char* split : {"column", "row", "pairs"}) {
    testing::RunOf tensor = three_d(8, 1, 1);
    tensor.options.emplace_back("split", std::string(split));
    check_same(tensor, as("tensor_parallel", tensor, {{"split", std::string(split)}}));
  }
  testing::RunOf pipeline = three_d(1, 4, 8);
  pipeline.hosts = 4;
  check_same(pipeline, as("pipeline_1f1b", pipeline, {{"micro_batches", std::int64_t{8}}}));
  const testing::RunOf hybrid = three_d(2, 1, 1);
  check_same(hybrid, as("hybrid_parallel", hybrid, {{"model_parallel", std::int64_t{2}}}));
}

TEST_CASE("three_d_parallel: each stage compresses the gradients of its own part") {
  // Two stages of 2 layers. t = 2, d = 2: 4,160 scalars a rank, blocks of 2,080 in 32 columns, 260
  // + 8 x 32 bytes, 8,320 dense; 2 (d-1) d messages in each of 2 x 2 groups. t = 1, d = 4: 8,320
  // scalars in 4 blocks as long; 24 messages in each of 2 groups.
  for (const auto& [tensor, messages] : {std::pair{2, 16}, std::pair{1, 48}}) {
    testing::RunOf run = three_d(tensor, 2, 2);
    const Count dense = simulated(run).bytes;
    run.options.emplace_back("compression", std::string("one_bit"));
    CHECK(dense - simulated(run).bytes == Count{messages} * (8'320 - 516));
    const Count own = Count{4160} * 2 / tensor;
    CHECK(closed_form_of(run.setup()).memory.versions == (own + 2'080) * 4);
  }
}

TEST_CASE("three_d_parallel: with model parallelism of one kind it compresses as hybrid_parallel") {
  for (const std::string compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
    testing::RunOf run = three_d(2, 1, 1);
    testing::RunOf hybrid = as("hybrid_parallel", run, {{"model_parallel", std::int64_t{2}}});
    run.options.emplace_back("compression", compression);
    hybrid.options.emplace_back("compression", compression);
    check_same(run, hybrid);
  }
}

TEST_CASE("three_d_parallel: what all three degrees send together") {
  // t = p = d = 2, M = 4, micro-batches of 8 samples: a = 8 x 64 scalars. In pairs a stage of 2
  // layers has an allreduce over 2, of 2 (t-1) a scalars in 4 messages, in each forward pass, and
  // the last stage one in each backward pass. For each replica and micro-batch 3 of them, and a and
  // its gradient from each of 2 parts to the next stage: 10 a scalars in 16 messages. Then 4 sums
  // over 2 replicas of a quarter of n = 4 x 4,160 each, 2 (d-1) n/4 scalars in 4 messages.
  testing::RunOf run = three_d(2, 2, 4);
  run.options.emplace_back("split", std::string("pairs"));
  const Simulated result = simulated(run);
  CHECK(result.bytes == (Count{2} * 4 * 10 * 8 * 64 + 4 * 2 * 4160) * 4);
  CHECK(result.messages == 2 * 4 * 16 + 4 * 4);
  // By columns the gradient goes back in halves, and by rows both ways.
  const auto bytes_of = [](const char* split) {
    testing::RunOf other = three_d(2, 2, 4);
    other.options.emplace_back("split", std::string(split));
    return simulated(other).bytes;
  };
  // Columns: 4 allgathers and 3 reduce-scatters of (t-1) a, 2 a on and 2 a/2 back. Rows: 3
  // reduce-scatters, 3 allgathers and an allreduce, a on and a back.
  CHECK(bytes_of("column") == (Count{2} * 4 * 10 * 8 * 64 + 4 * 2 * 4160) * 4);
  CHECK(bytes_of("row") == (Count{2} * 4 * 10 * 8 * 64 + 4 * 2 * 4160) * 4);
}

TEST_CASE("three_d_parallel: the last stage is busy from the first micro-batch to the last") {
  // Without messages' times, and all stages alike but for the first layer's missing product: with
  // f + b = 6 products of a stage of 2 layers, M = 8 micro-batches take 8 x 6 of them at the last
  // of 2 stages, which starts and ends 2 forward and 3 backward products away from the first.
  testing::RunOf run = three_d(2, 2, 8);
  run.sharing = Sharing::none;
  run.latency_s = 0;
  run.bytes_per_s = 1e30;
  // 64 samples: d = 2, 8 micro-batches of 4; a product is 2 x 4 x 64 x 32 FLOPs, 16.384 ns. Folds
  // of the reduce-scatter of 4 x 64 / 2 scalars, 0.128 ns each, stand behind 3 of the products: one
  // in each backward pass of the first stage, two of the last. Summing 4,160 scalars in halves
  // takes 2.08 ns, the update of a quarter, 4,160 parameters, 8.32 ns.
  const double expected_s = (8 * 6 + 5) * 16.384e-9 + (8 * 2 + 1) * 0.128e-9 + 2.08e-9 + 8.32e-9;
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-4));
}

TEST_CASE("three_d_parallel: a stage keeps as many micro-batches as follow it in the pipeline") {
  // p = 2, M = 4, by columns: the first stage keeps 2 micro-batches of 3 whole activations of
  // 8 x 64 scalars, 4 x 4,160 / 4 parameters.
  const Setup setup = three_d(2, 2, 4).setup();
  const Memory memory = closed_form_of(setup).memory;
  CHECK(memory.activations == Count{2} * 3 * 8 * 64 * 4);
  CHECK(memory.parameters == 4160 * 4);
}

TEST_CASE(
    "three_d_parallel: degrees that do not divide the workers, the batch or the pairs are "
    "refused") {
  CHECK(three_d(2, 3, 4).result().faults() ==
        Faults{{"/algorithm/tensor_parallel",
                "times pipeline_parallel must divide the 8 workers, found 2 x 3"}});
  CHECK(three_d(2, 2, 5).result().faults() ==
        Faults{{"/algorithm/micro_batches",
                "of 2 replicas must divide the 64 samples of a mini-batch, found 5"}});
  CHECK(three_d(1, 8, 8).result().faults() ==
        Faults{{"/algorithm/pipeline_parallel",
                "must be at most the number of layers of the model, 4, found 8"}});
  testing::RunOf degrees = three_d(2, 2, 4);
  degrees.options.emplace_back("data_parallel", std::int64_t{1});
  CHECK(degrees.result().faults() ==
        Faults{{"/algorithm/data_parallel",
                "times tensor_parallel times pipeline_parallel must be the 8 workers, found 1 x 2 "
                "x 2"}});
  degrees.options.back().second = std::int64_t{2};
  CHECK(degrees.result().ok());
  testing::RunOf run = three_d(1, 4, 4);
  run.options.emplace_back("split", std::string("pairs"));
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/pipeline_parallel", "must divide the 2 pairs of layers, found 4"}});
}

}  // namespace lockstep::models
