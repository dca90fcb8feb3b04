// PipeDream with replicated stages, and with the stages that its partitioner finds.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/algorithms/stream_runs.hpp"

namespace lockstep::models {

namespace {

using Replicas = std::vector<std::int64_t>;

// 2 layers in the first stage and 1 in the second: 5 products a mini-batch, and 3.
testing::RunOf replicated(const Replicas& replicas, std::int64_t iterations) {
  std::int64_t ranks = 0;
  for (const std::int64_t stage : replicas) ranks += stage;
  testing::RunOf run = testing::stream_run("pipedream", static_cast<int>(ranks), 1, iterations);
  run.mlp.layers = 3;
  run.options = {{"replicas", replicas}};
  return run;
}

// What each rank computes: mini-batches in order, positive for forward and negative for backward,
// counted from 1; and which layers.
class Turns : public Numbers {
 public:
  explicit Turns(int ranks) : turns_(static_cast<std::size_t>(ranks)), layers_(turns_.size()) {}
  [[nodiscard]] std::uint32_t copy_of(Rank /*rank*/, const Payload& /*payload*/) override {
    return 0;
  }
  void carried_out(Rank rank, const Operation& operation) override {
    const auto* compute = std::get_if<Compute>(&operation);
    if (compute == nullptr) return;
    const auto index = static_cast<std::size_t>(rank);
    const int number = compute->micro_batch + 1;
    const int turn = compute->kind == ComputeKind::forward ? number : -number;
    if (turns_[index].empty() || turns_[index].back() != turn) turns_[index].push_back(turn);
    layers_[index].insert(compute->layer);
  }
  [[nodiscard]] const std::vector<std::vector<int>>& turns() const { return turns_; }
  [[nodiscard]] const std::vector<std::set<int>>& layers() const { return layers_; }

 private:
  std::vector<std::vector<int>> turns_;
  std::vector<std::set<int>> layers_;
};

std::vector<std::set<int>> layers_of(const testing::RunOf& run) {
  const Setup setup = run.setup();
  Turns turns(setup.workers);
  REQUIRE(simulate(setup, {}, {.numbers = &turns}).outcome.finished());
  return turns.layers();
}

// 4 layers of 1, 1, 2 and 2 units: 2 + 3 + 6 + 6 products of a unit for a mini-batch.
testing::RunOf partitioned(double bytes_per_s) {
  testing::RunOf run = testing::stream_run("pipedream", 2, 1, 8);
  run.bytes_per_s = bytes_per_s;
  run.mlp.layers = 4;
  run.mlp.width = 0;
  run.mlp.shapes = {{64, 64}, {64, 64}, {64, 128}, {128, 64}};
  run.options = {{"partition", std::string("auto")}};
  return run;
}

}  // namespace

TEST_CASE(
    "pipedream: replicas sum compressed gradients, stages without replicas have none to sum") {
  // 2 replicas of 2 layers of 64^2 + 64: 8,320 scalars, 2 blocks of 4,160 in 64 columns. Ring: 2
  // (P-1) P messages of 16,640 bytes an update; one_bit as many of 520 + 8 x 64. 4 mini-batches
  // make 2 updates.
  testing::RunOf run = replicated({2, 1}, 4);
  const Simulated dense = simulate(run.setup());
  run.options.emplace_back("compression", std::string("one_bit"));
  const Simulated one_bit = simulate(run.setup());
  CHECK(dense.bytes - one_bit.bytes == Count{2} * 4 * (16'640 - 1'032));
  CHECK(one_bit.messages == dense.messages);
  run = replicated({1, 1}, 4);
  const ClosedForm plain = closed_form_of(run.setup());
  run.options.emplace_back("compression", std::string("one_bit"));
  CHECK(closed_form_of(run.setup()).memory == plain.memory);
  CHECK(closed_form_of(run.setup()).bytes == plain.bytes);
}

TEST_CASE("pipedream: replicas take mini-batches in turn, both ways") {
  // 3 ranks: each of the 2 replicas starts with ceil(3 / 2) - 1 = 1 forward.
  const Setup setup = replicated({2, 1}, 4).setup();
  Turns turns(3);
  REQUIRE(simulate(setup, {}, {.numbers = &turns}).outcome.finished());
  CHECK(turns.turns() == std::vector<std::vector<int>>{
                             {1, 3, -1, -3}, {2, 4, -2, -4}, {1, -1, 2, -2, 3, -3, 4, -4}});
}

TEST_CASE("pipedream: replicas sum their gradients for an update, one for each turn of theirs") {
  // 2 updates of 2 replicas, the second 1 update old; 4 of the last stage. A ring of 2 sends 2
  // messages a rank, of half the 2 x 4160 gradients each; 4 mini-batches cross the border twice.
  const Setup setup = replicated({2, 1}, 4).setup();
  const Simulated run = simulate(setup);
  CHECK(run.staleness_histogram == std::vector<std::int64_t>{6, 2});
  CHECK(run.messages == 2 * 4 + 2 * 4);
  CHECK(run.bytes == 2 * 4 * 2048 + 2 * 4 * 4160 * 4);
  CHECK(run.flops[ComputeKind::reduce] == 2 * 2 * 4160);
  CHECK(run.flops[ComputeKind::update] == 2 * (2 * 2 * 2 * 4160 + 4 * 4160));
  CHECK(closed_form_of(setup).staleness.mean == doctest::Approx(run.staleness.mean));
}

TEST_CASE("pipedream: replicas approximate what mini-batches as many times as large do") {
  testing::RunOf run;
  run.kind = "pipedream";
  run.options = {{"stages", std::int64_t{2}}};
  run.hosts = 2;
  CHECK(approximation_of(run.setup()) == find_algorithm("pipedream")->approximation);
  run.options.emplace_back("replicas", std::vector<std::int64_t>{3, 1});
  run.hosts = 4;
  CHECK(approximation_of(run.setup())
            .ends_with("; the R workers of a stage take turns, and update once for R mini-batches, "
                       "by their mean: as "
                       "with mini-batches R times as large"));
}

TEST_CASE("pipedream: a last turn that not all replicas have is an update all the same") {
  // 3 mini-batches: 2 + 2 updates of the replicas, 3 of the last stage.
  const Setup setup = replicated({2, 1}, 3).setup();
  const Simulated run = simulate(setup);
  CHECK(run.outcome.finished());
  CHECK(run.staleness_histogram == std::vector<std::int64_t>{2 + 3, 2});
  CHECK(closed_form_of(setup).flops == run.flops);
}

TEST_CASE("pipedream: two replicas of the slow stage double its pace") {
  // One each: 5 products and an update of 2 layers a mini-batch. Two replicas: 2.5 and the half of
  // fold and update, so that the last stage's 3 products and update set the pace.
  const auto pace_s = [](const Replicas& replicas) {
    const double before_s = simulate(replicated(replicas, 100).setup()).makespan.seconds();
    return (simulate(replicated(replicas, 200).setup()).makespan.seconds() - before_s) / 100;
  };
  const double update_s = 2 * 4160 / 1e12;
  CHECK(pace_s({1, 1}) ==
        doctest::Approx(5 * testing::stream_product_s + 2 * update_s).epsilon(1e-3));
  CHECK(pace_s({2, 1}) == doctest::Approx(3 * testing::stream_product_s + update_s).epsilon(1e-3));
}

TEST_CASE("pipedream: a replica stashes ceil(R / r) mini-batches, for the R ranks from it on") {
  // [1, 3]: the first stage has 4 under way, each replica of the second 1.
  const ClosedForm form = closed_form_of(replicated({1, 3}, 12).setup());
  CHECK(form.memory.activations == 4 * 3 * 2048);
  CHECK(form.memory.versions == 3 * 2 * 4160 * 4);
}

TEST_CASE("pipedream: partition auto cuts unequal layers where messages are cheap") {
  // At 30 GB/s two replicas of everything would sum 24896 gradients in 3.3 us for 2 mini-batches.
  // Cut behind the third layer: 11 products, 0.72 us, and 6, with 0.27 us at the border.
  CHECK(layers_of(partitioned(30e9)) == std::vector<std::set<int>>{{0, 1, 2}, {3}});
}

TEST_CASE("pipedream: partition auto replicates where nothing is cheaper than sums") {
  // Without a cost of messages, 17 products on 2 ranks beat 11 on one of two stages.
  const std::set<int> all = {0, 1, 2, 3};
  CHECK(layers_of(partitioned(1e16)) == std::vector<std::set<int>>{all, all});
}

TEST_CASE("pipedream: replicas and partitions that do not fit are refused, all at once") {
  testing::RunOf run = replicated({2, 1}, 4);
  run.options = {{"replicas", Replicas{1, 1, 1, 1}}, {"stages", std::int64_t{2}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/replicas", "must have one entry for each of the 2 stages, found 4"},
               {"/algorithm/replicas", "must sum to at most the number of hosts, 3, found 4"},
               {"/algorithm/replicas",
                "must have at most as many entries as the model has layers, 3, found 4"}});
  run.options = {{"replicas", Replicas{2, 1}}, {"vertical_sync", true}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/vertical_sync", "needs one rank a stage, found 3 ranks in 2 stages"}});
  run.options = {{"replicas", Replicas{2, 1}}, {"partition", std::string("auto")}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/partition",
                "\"auto\" finds stages and replicas by itself: leave them out"}});
  run.options = {{"partition", std::string("auto")}};
  run.mlp.layers = 2000;
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/partition",
                "\"auto\" takes at most 4096 layers times hosts, found 2000 x 3"}});
}

}  // namespace lockstep::models
