// Options that have no effect are warned of; "end" in place of 0.
#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// The warnings of the example with another algorithm, as lines.
Lines warnings(std::string_view algorithm, std::initializer_list<Override> further = {}) {
  LoadOptions options;
  options.overrides = further;
  options.overrides.push_back({"/algorithm", std::string(algorithm)});
  const auto scenario = parse_scenario(training_example, ".", options);
  REQUIRE(scenario.ok());
  Lines lines;
  for (const Fault& warning : scenario->warnings)
    lines.push_back(warning.pointer + ": " + warning.message);
  return lines;
}

}  // namespace

TEST_CASE("idle options: one that has no effect is named, with the reason") {
  CHECK(
      warnings(
          R"({"kind": "sync_sgd", "servers": 2, "bucket_bytes": 5, "ranks_per_node": 2, "tree_chunks": 4,
                     "rank": 3, "top_k_fraction": 0.5, "error_feedback": false})") ==
      Lines{R"(/algorithm/ranks_per_node: has no effect with allreduce "ring")",
            R"(/algorithm/tree_chunks: has no effect with allreduce "ring")",
            "/algorithm/bucket_bytes: has no effect without overlap",
            R"(/algorithm/error_feedback: has no effect with compression "none")",
            R"(/algorithm/top_k_fraction: has no effect with compression "none")",
            R"(/algorithm/rank: has no effect with compression "none")",
            R"(/algorithm/servers: has no effect with allreduce "ring", which needs no servers)"});
  CHECK(warnings(R"({"kind": "sync_sgd", "allreduce": "tree", "compression": "one_bit"})") ==
        Lines{R"(/algorithm/allreduce: has no effect with compression "one_bit", which is summed )"
              "in a way of its own"});
  CHECK(warnings(R"({"kind": "easgd", "communication": "async", "allreduce": "tree"})") ==
        Lines{R"(/algorithm/allreduce: has no effect with communication "async")"});
  CHECK(warnings(R"({"kind": "sync_sgd", "allreduce": "sharded_server", "servers": 2,
                     "compression": "one_bit"})") ==
        Lines{R"(/algorithm/allreduce: has no effect with compression "one_bit", which is summed )"
              "in a way of its own",
              "/algorithm/servers: has no effect where no servers sum"});
  CHECK(warnings(R"({"kind": "async_sgd", "target_momentum": 0.5})") ==
        Lines{R"(/algorithm/target_momentum: has no effect with momentum "none")"});
  CHECK(warnings(R"({"kind": "sgd", "momentum": 0.5, "beta1": 0.5})") ==
        Lines{R"(/algorithm/momentum: has no effect with optimizer "training")",
              R"(/algorithm/beta1: has no effect with optimizer "training")"});
  CHECK(warnings(R"({"kind": "dc_asgd", "mean_square_decay": 0.5})") ==
        Lines{"/algorithm/mean_square_decay: has no effect without adaptive"});
}

TEST_CASE("idle options: of divided layers and of graphs") {
  CHECK(warnings(R"({"kind": "tensor_parallel", "allreduce": "tree"})") ==
        Lines{R"(/algorithm/allreduce: has no effect with split "column", which gathers and )"
              "scatters instead"});
  CHECK(warnings(R"({"kind": "tensor_parallel", "allreduce": "tree", "split": "pairs"})").empty());
  // By rows, the outputs of the last layer are summed.
  CHECK(warnings(R"({"kind": "tensor_parallel", "allreduce": "tree", "split": "row"})").empty());
  CHECK(warnings(R"({"kind": "hybrid_parallel", "allreduce": "tree", "split": "row"})") ==
        Lines{"/algorithm/split: has no effect with layers that are not divided"});
  CHECK(warnings(R"({"kind": "three_d_parallel", "pipeline_parallel": 4, "allreduce": "tree",
                     "micro_batches": 2})") ==
        Lines{"/algorithm/allreduce: has no effect with one replica of layers that are not "
              "divided"});
  CHECK(warnings(R"({"kind": "d_psgd", "graph": "hypercube", "distance": 2})") ==
        Lines{R"(/algorithm/distance: has no effect with graph "hypercube")"});
  CHECK(warnings(R"({"kind": "d_psgd", "distance": 3})").empty());
}

TEST_CASE("idle options: backup workers need workers that can be late") {
  const Lines idle = warnings(R"({"kind": "sync_sgd", "backup_workers": 1, "allreduce": "tree"})");
  CHECK(idle == Lines{"/algorithm/allreduce: has no effect with backup_workers, where servers sum",
                      "/algorithm/backup_workers: has no effect on the time of computation with "
                      "workers that are all equally fast: none is late"});
  CHECK(warnings(R"({"kind": "sync_sgd", "backup_workers": 1})",
                 {{"/cluster/slowdown", R"({"distribution": "exponential"})"}})
            .empty());
}

TEST_CASE("idle options: defaults, and options with an effect, are not warned of") {
  CHECK(warnings(R"({"kind": "sync_sgd", "allreduce": "ring", "servers": 1, "rank": 2})").empty());
  CHECK(warnings(R"({"kind": "sync_sgd", "overlap": true, "bucket_bytes": 5})").empty());
  CHECK(warnings(R"({"kind": "sync_sgd", "allreduce": "sharded_server", "servers": 2})").empty());
  CHECK(warnings(R"({"kind": "diloco", "allreduce": "double_tree", "tree_chunks": 4})").empty());
  CHECK(warnings(R"({"kind": "diloco", "beta1": 0.5, "epsilon": 1e-6})").empty());
  CHECK(warnings(R"({"kind": "sync_sgd", "compression": "top_k", "top_k_fraction": 0.5})").empty());
}

TEST_CASE("idle options: a period may be \"end\", once for the whole run") {
  for (const char* kind : {"model_averaging", "easgd"}) {
    LoadOptions options;
    options.overrides = {{"/algorithm", kind}};
    options.overrides[0].value =
        std::string(R"({"kind": ")") + kind + R"(", "sync_period": "end"})";
    const auto scenario = parse_scenario(training_example, ".", options);
    REQUIRE(scenario.ok());
    CHECK(scenario->runs[0].options.all().at("sync_period") ==
          models::OptionValue{std::int64_t{0}});
  }
  CHECK(faults_of(training_example,
                  {{"/algorithm", R"({"kind": "model_averaging", "sync_period": "ende"})"}}) ==
        Lines{"/algorithm/sync_period: must be an integer or \"end\", found \"ende\""});
}
