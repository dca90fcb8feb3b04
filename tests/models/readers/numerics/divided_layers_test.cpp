// Layers that are divided within, on real numbers: the same model as undivided, whatever the parts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "models/parts/collectives/allreduce.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using Chosen = std::vector<std::pair<std::string, OptionValue>>;

RunOf run_of(const char* kind, int workers, Chosen options = {}) {
  RunOf run;
  run.kind = kind;
  run.hosts = workers;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.05};
  run.options = std::move(options);
  return run;
}

DataflowResult carried_out(const RunOf& run, Activation activation = Activation::tanh) {
  const Setup setup = run.setup();
  Numerics numerics;
  numerics.activation = activation;
  const Problem problem =
      problem_of(setup, numerics, std::make_shared<const DividedData>(testing::digits(setup.mlp)));
  return testing::carried_out(problem);
}

// The model, each parameter from the first rank that owns it.
std::vector<float> model_of(const RunOf& run, Activation activation = Activation::tanh) {
  const Setup setup = run.setup();
  const DataflowResult result = carried_out(run, activation);
  std::vector<float> model(result.parameters.front().size());
  for (Rank rank = setup.workers - 1; rank >= 0; --rank)
    for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank))
      std::copy_n(result.parameters[static_cast<std::size_t>(rank)].begin() + range.offset,
                  range.count, model.begin() + range.offset);
  return model;
}

double distance(const std::vector<float>& one, const std::vector<float>& other) {
  REQUIRE(one.size() == other.size());
  double most = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    most = std::max(most, std::abs(double{one[i]} - double{other[i]}));
  return most;
}

}  // namespace

TEST_CASE("numbers of divided layers: the model is that of sgd, whatever the parts") {
  // Weights are below 1, where the last bit of 24 is 6e-8; sums in parts round otherwise.
  for (const Activation activation : {Activation::tanh, Activation::relu}) {
    const std::vector<float> whole = carried_out(run_of("sgd", 1), activation).parameters[0];
    for (const char* split : {"column", "row", "pairs"})
      for (const int workers : {2, 4, 8}) {
        CAPTURE(split);
        CAPTURE(workers);
        const RunOf run = run_of("tensor_parallel", workers, {{"split", std::string(split)}});
        CHECK(distance(model_of(run, activation), whole) < 3e-6);
      }
  }
}

TEST_CASE(
    "numbers of divided layers: the model is that of sgd, whatever sums activations and "
    "gradients") {
  const std::vector<float> whole = carried_out(run_of("sgd", 1)).parameters[0];
  const std::vector<std::pair<const char*, Chosen>> all = {
      {"tensor_parallel", {}},
      {"hybrid_parallel", {{"model_parallel", std::int64_t{4}}}},
      {"three_d_parallel",
       {{"tensor_parallel", std::int64_t{2}}, {"pipeline_parallel", std::int64_t{2}}}}};
  for (const auto& [kind, options] : all)
    for (const char* split : {"row", "pairs"})
      for (const std::string_view allreduce : peer_allreduces) {
        CAPTURE(std::string(kind));
        CAPTURE(std::string(split));
        CAPTURE(allreduce);
        Chosen chosen = options;
        chosen.emplace_back("split", std::string(split));
        chosen.emplace_back("allreduce", std::string(allreduce));
        CHECK(distance(model_of(run_of(kind, 8, std::move(chosen))), whole) < 3e-6);
      }
}

TEST_CASE("numbers of divided layers: one part, replica and stage is sgd, bit for bit") {
  const std::vector<float> whole = carried_out(run_of("sgd", 1)).parameters[0];
  for (const char* kind : {"tensor_parallel", "hybrid_parallel", "three_d_parallel"})
    for (const char* split : {"column", "row", "pairs"}) {
      CAPTURE(kind);
      CAPTURE(split);
      CHECK(model_of(run_of(kind, 1, {{"split", std::string(split)}})) == whole);
    }
}

TEST_CASE("numbers of divided layers: layers of different widths") {
  const auto narrowing = [](RunOf run) {
    run.mlp.width = 0;
    run.mlp.layers = 3;
    run.mlp.shapes = {{64, 48}, {48, 32}, {32, 16}};
    return run;
  };
  const std::vector<float> whole = carried_out(narrowing(run_of("sgd", 1))).parameters[0];
  for (const char* split : {"column", "row"}) {
    CAPTURE(split);
    const RunOf run = run_of("tensor_parallel", 4, {{"split", std::string(split)}});
    CHECK(distance(model_of(narrowing(run)), whole) < 3e-6);
  }
}

TEST_CASE("numbers of divided layers: a rank's parts of all parameters, each once") {
  for (const char* split : {"column", "row", "pairs"}) {
    CAPTURE(split);
    const Setup setup = run_of("three_d_parallel", 8,
                               {{"split", std::string(split)},
                                {"tensor_parallel", std::int64_t{2}},
                                {"pipeline_parallel", std::int64_t{2}}})
                            .setup();
    std::vector<int> owners(static_cast<std::size_t>(setup.mlp.parameters()), 0);
    for (Rank rank = 0; rank < setup.workers; ++rank)
      for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank))
        for (std::int64_t i = range.offset; i < range.offset + range.count; ++i)
          ++owners[static_cast<std::size_t>(i)];
    // 2 replicas.
    CHECK(std::all_of(owners.begin(), owners.end(), [](int count) { return count == 2; }));
  }
  // By rows, the second of two ranks has inputs 32 .. 63 of each output, and biases 32 .. 63.
  const Setup setup = run_of("tensor_parallel", 2, {{"split", std::string("row")}}).setup();
  const std::vector<OwnRange> ranges = setup.algorithm->own_ranges(setup, 1);
  CHECK(ranges.front().offset == 32);
  CHECK(ranges.front().count == 32);
  CHECK(ranges[1].offset == 65 + 32);
  CHECK(ranges[64].offset == 32 * 65 + 64);
  CHECK(ranges[64].count == 1);
  CHECK(ranges[65].offset == 33 * 65 + 64);
}

TEST_CASE("numbers of hybrid_parallel: one replica is tensor_parallel, bit for bit") {
  for (const char* split : {"column", "row", "pairs"}) {
    const std::pair<std::string, OptionValue> chosen = {"split", std::string(split)};
    CHECK(model_of(run_of("hybrid_parallel", 4, {chosen, {"model_parallel", std::int64_t{4}}})) ==
          model_of(run_of("tensor_parallel", 4, {chosen})));
  }
}

TEST_CASE("numbers of hybrid_parallel: whole replicas are sync_sgd, bit for bit") {
  CHECK(model_of(run_of("hybrid_parallel", 4)) == carried_out(run_of("sync_sgd", 4)).parameters[0]);
}

TEST_CASE("numbers of hybrid_parallel: whole replicas compress as sync_sgd does, bit for bit") {
  for (const char* compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
    CAPTURE(compression);
    const std::pair<std::string, OptionValue> chosen = {"compression", std::string(compression)};
    CHECK(model_of(run_of("hybrid_parallel", 4, {chosen})) ==
          carried_out(run_of("sync_sgd", 4, {chosen})).parameters[0]);
  }
}

TEST_CASE("numbers of hybrid_parallel: compressed sums leave all replicas with the same parts") {
  for (const char* split : {"column", "row", "pairs"})
    for (const char* compression : {"one_bit", "top_k", "power_sgd", "sign"}) {
      CAPTURE(split);
      CAPTURE(compression);
      const Setup setup = run_of("hybrid_parallel", 6,
                                 {{"split", std::string(split)},
                                  {"model_parallel", std::int64_t{2}},
                                  {"compression", std::string(compression)}})
                              .setup();
      const DataflowResult result = testing::carried_out(testing::problem_on_digits(setup));
      for (const Rank rank : {2, 3, 4, 5})
        for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank)) {
          const auto part_of = [&](Rank owner) {
            return result.parameters[static_cast<std::size_t>(owner)].begin() + range.offset;
          };
          CHECK(std::equal(part_of(rank), part_of(rank) + range.count, part_of(rank % 2)));
        }
    }
}

// Two replicas of two ranks each: a residual is of the mean of two, not of four. Sums of factors
// round otherwise.
TEST_CASE("numbers of hybrid_parallel: factors of full rank are dense") {
  Chosen options = {{"model_parallel", std::int64_t{2}}};
  const std::vector<float> dense = model_of(run_of("hybrid_parallel", 4, options));
  options.emplace_back("compression", std::string("power_sgd"));
  options.emplace_back("rank", std::int64_t{64});
  CHECK(distance(model_of(run_of("hybrid_parallel", 4, options)), dense) < 2e-5);
}

TEST_CASE("numbers of hybrid_parallel: top_k of all scalars is dense") {
  for (const char* split : {"column", "row"}) {
    CAPTURE(split);
    Chosen options = {{"split", std::string(split)}, {"model_parallel", std::int64_t{2}}};
    const std::vector<float> dense = model_of(run_of("hybrid_parallel", 4, options));
    options.emplace_back("compression", std::string("top_k"));
    options.emplace_back("top_k_fraction", 1.0);
    CHECK(model_of(run_of("hybrid_parallel", 4, options)) == dense);  // two add two numbers
  }
}

TEST_CASE("numbers of three_d_parallel: its parts alone are what they are called, bit for bit") {
  const std::pair<std::string, OptionValue> micro_batches = {"micro_batches", std::int64_t{4}};
  const RunOf stages =
      run_of("three_d_parallel", 4, {micro_batches, {"pipeline_parallel", std::int64_t{4}}});
  const DataflowResult pipeline = carried_out(run_of("pipeline_1f1b", 4, {micro_batches}));
  const Setup setup = stages.setup();
  const std::vector<float> model = model_of(stages);
  for (Rank rank = 0; rank < setup.workers; ++rank)
    for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank)) {
      const auto& of_stage = pipeline.parameters[static_cast<std::size_t>(rank)];
      CHECK(std::equal(model.begin() + range.offset, model.begin() + range.offset + range.count,
                       of_stage.begin() + range.offset));
    }
  CHECK(model_of(run_of("three_d_parallel", 4, {{"tensor_parallel", std::int64_t{4}}})) ==
        model_of(run_of("tensor_parallel", 4)));
  CHECK(model_of(run_of("three_d_parallel", 4)) == model_of(run_of("hybrid_parallel", 4)));
}

TEST_CASE("numbers of hybrid_parallel and three_d_parallel: the model is that of sgd") {
  const std::vector<float> whole = carried_out(run_of("sgd", 1)).parameters[0];
  for (const char* split : {"column", "row", "pairs"}) {
    CAPTURE(split);
    const std::pair<std::string, OptionValue> chosen = {"split", std::string(split)};
    const RunOf hybrid =
        run_of("hybrid_parallel", 8, {chosen, {"model_parallel", std::int64_t{4}}});
    CHECK(distance(model_of(hybrid), whole) < 3e-6);
    const RunOf all_three = run_of("three_d_parallel", 8,
                                   {chosen,
                                    {"tensor_parallel", std::int64_t{2}},
                                    {"pipeline_parallel", std::int64_t{2}},
                                    {"micro_batches", std::int64_t{3}}});
    CHECK(distance(model_of(all_three), whole) < 3e-6);
  }
}

}  // namespace lockstep::models
