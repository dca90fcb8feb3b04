// Tensor parallelism: what is sent, kept and computed by columns, by rows and in pairs.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// L = 4, N = 64, P = 4, 8 samples a worker: B = 32. All activations of a layer are A = 32 x 64
// scalars of 4 bytes, 8,192 bytes.
testing::RunOf split(const char* how) {
  testing::RunOf run;
  run.kind = "tensor_parallel";
  run.mlp.layers = 4;
  run.device.launch_overhead_s = 0;
  run.options = {{"split", std::string(how)}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

Memory memory_of(const testing::RunOf& run) {
  const Setup setup = run.setup();
  return setup.algorithm->closed_form(setup).memory;
}

constexpr Count activations = Count{32} * 64 * 4;

}  // namespace

TEST_CASE("tensor_parallel: 2L - 1 collectives by columns and by rows, L - 1 in pairs") {
  // An allgather or reduce-scatter sends P (P-1) = 12 messages, a ring allreduce 24. By columns
  // 4 allgathers and 3 reduce-scatters; by rows 3 reduce-scatters, 1 allreduce, 3 allgathers; in
  // pairs 2 allreduces forward, 1 back.
  CHECK(simulated(split("column")).messages == 7 * 12);
  CHECK(simulated(split("row")).messages == 6 * 12 + 24);
  CHECK(simulated(split("pairs")).messages == 3 * 24);
}

TEST_CASE("tensor_parallel: all send 2L (P-1)/P A a worker, but for the ends of the model") {
  // (P-1) A in all for an allgather or reduce-scatter, twice that for an allreduce. One less by
  // columns and two less in pairs: there are no gradients by the model's inputs.
  CHECK(simulated(split("column")).bytes == 7 * 3 * activations);
  CHECK(simulated(split("row")).bytes == 8 * 3 * activations);
  CHECK(simulated(split("pairs")).bytes == 6 * 3 * activations);
}

TEST_CASE("tensor_parallel: a layer by columns and one by rows send what their pair sends") {
  // Two layers in the middle of a model, from the differences of two models. 4 and 8 layers: 4 more
  // layers are 2 more pairs, 8 (P-1) A either way.
  const auto of_four_more = [](const char* how) {
    testing::RunOf run = split(how);
    const Count few = simulated(run).bytes;
    run.mlp.layers = 8;
    return simulated(run).bytes - few;
  };
  CHECK(of_four_more("column") == 8 * 3 * activations);
  CHECK(of_four_more("row") == 8 * 3 * activations);
  CHECK(of_four_more("pairs") == 8 * 3 * activations);
}

TEST_CASE("tensor_parallel: the parts of all workers are the work of sgd on the whole batch") {
  testing::RunOf sgd = split("column");
  sgd.kind = "sgd";
  sgd.options.clear();
  sgd.training.batch = 32;
  const FlopCounts whole = simulated(sgd).flops;
  for (const char* how : {"column", "row", "pairs"}) {
    FlopCounts parts = simulated(split(how)).flops;
    parts[ComputeKind::reduce] = 0;
    CHECK(parts == whole);
  }
}

TEST_CASE("tensor_parallel: a quarter of the parameters; of the activations what products need") {
  // 4 (64^2 + 64) x 4 / 4 bytes of parameters. Activations, in units of A: by columns 5 whole; by
  // rows 4 quarters of inputs and the output; in pairs whole inputs of 2 pairs, 2 quarters between,
  // the output. By rows one layer's gathered gradients are a buffer, beside a block to fold.
  for (const char* how : {"column", "row", "pairs"}) {
    CHECK(memory_of(split(how)).parameters == 4 * 4160);
    CHECK(memory_of(split(how)).gradients == 4 * 4160);
  }
  CHECK(memory_of(split("column")).activations == 5 * activations);
  CHECK(memory_of(split("row")).activations == 2 * activations);
  CHECK(memory_of(split("row")).buffers == activations + activations / 4);
  CHECK(memory_of(split("pairs")).activations == 7 * activations / 2);
}

TEST_CASE("tensor_parallel: one worker has the activations of sgd, however it splits") {
  for (const char* how : {"column", "row", "pairs"}) {
    testing::RunOf run = split(how);
    run.hosts = 1;
    // 4 layers' inputs and the last one's outputs: 5 x 64 scalars a sample, 4 bytes each.
    const Count samples = run.setup().global_batch;
    CHECK(memory_of(run).activations == samples * 5 * 64 * 4);
  }
}

TEST_CASE("tensor_parallel: products in quarters, then exchanges that nothing hides") {
  // A product: 2 x 32 x 64 x 64 / 4 FLOPs, 65.536 ns; 4 + 4 + 3 of them. An update of 2 x 4,160
  // FLOPs: 8.32 ns. In pairs 3 ring allreduces of 2,048 scalars: 6 steps of 512 scalars, 2,048
  // bytes, 20 us + 1.6384 us, and 3 folds of 0.512 ns.
  const double expected_s = 11 * 65.536e-9 + 8.32e-9 + 3 * (6 * (20e-6 + 1.6384e-6) + 3 * 0.512e-9);
  CHECK(simulated(split("pairs")).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("tensor_parallel: widths that the workers do not divide, and odd pairs, are refused") {
  testing::RunOf run = split("pairs");
  run.mlp = {.layers = 3, .width = 66};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/split", "\"pairs\" needs an even number of layers, found 3"},
               {"/model/width",
                "must be a multiple of the 4 ranks of tensor_parallel that divide each layer, "
                "found 66"}});
  run.mlp = {.layers = 2, .width = 0, .shapes = {{6, 8}, {8, 10}}};
  const std::string of_four =
      "must be a multiple of the 4 ranks of tensor_parallel that divide each layer, found ";
  CHECK(run.result().faults() == Faults{{"/model/layers/1/outputs", of_four + "10"}});
  run.options = {{"split", std::string("row")}};
  CHECK(run.result().faults() == Faults{{"/model/layers/0/inputs", of_four + "6"},
                                        {"/model/layers/1/outputs", of_four + "10"}});
}

TEST_CASE("tensor_parallel: unequal layers are divided each for itself") {
  // 12 -> 8 -> 20, P = 4, B = 32, by columns: allgathers of 8 and 20 wide, a reduce-scatter of 8.
  testing::RunOf run = split("column");
  run.mlp = {.layers = 2, .width = 0, .shapes = {{12, 8}, {8, 20}}};
  CHECK(simulated(run).bytes == Count{3} * 32 * (8 + 20 + 8) * 4);
  CHECK(memory_of(run).parameters == (12 * 8 + 8 + 8 * 20 + 20) * 4 / 4);
}

}  // namespace lockstep::models
