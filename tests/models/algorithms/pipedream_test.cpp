// PipeDream against its paper.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/algorithms/stream_runs.hpp"

namespace lockstep::models {

namespace {

testing::RunOf pipedream(int stages, std::int64_t iterations, double latency_s = 0) {
  return testing::stream_run("pipedream", stages, 1, iterations, latency_s);
}

testing::RunOf vertical(int stages, std::int64_t iterations) {
  testing::RunOf run = pipedream(stages, iterations);
  run.options = {{"vertical_sync", true}};
  return run;
}

// The staleness of each update, by rank.
class Ages : public Numbers {
 public:
  explicit Ages(int stages) : ages_(static_cast<std::size_t>(stages)) {}
  [[nodiscard]] std::uint32_t copy_of(Rank /*rank*/, const Payload& /*payload*/) override {
    return 0;
  }
  void carried_out(Rank rank, const Operation& operation) override {
    if (const auto* update = std::get_if<Update>(&operation))
      ages_[static_cast<std::size_t>(rank)].push_back(update->staleness);
  }
  [[nodiscard]] const std::vector<std::vector<std::int64_t>>& ages() const { return ages_; }

 private:
  std::vector<std::vector<std::int64_t>> ages_;
};

std::vector<std::vector<std::int64_t>> ages_of(const testing::RunOf& run) {
  const Setup setup = run.setup();
  Ages ages(setup.workers);
  REQUIRE(simulate(setup, {}, {.numbers = &ages}).outcome.finished());
  return ages.ages();
}

// Versions beside the newest that a stage must keep, by going through its schedule: `ahead`
// forwards, then one each way. Mini-batch j reads version max(0, j - delay).
std::int64_t copies_by_schedule(std::int64_t ahead, std::int64_t delay, std::int64_t iterations) {
  std::size_t most = 0;
  for (std::int64_t newest = 0; newest < iterations; ++newest) {  // during backward `newest`
    std::set<std::int64_t> needed;
    for (std::int64_t batch = newest; batch < iterations; ++batch) {
      const std::int64_t version = std::max<std::int64_t>(0, batch - delay);
      const bool under_way = batch <= newest + ahead;
      if (version < newest && (under_way || delay > ahead)) needed.insert(version);
    }
    most = std::max(most, needed.size());
  }
  return static_cast<std::int64_t>(most);
}

}  // namespace

TEST_CASE("pipedream: gradients of stage s are K - 1 - s updates old, once the pipeline is full") {
  // 4 stages and 6 mini-batches: the first gradients are younger, as fewer updates have been made.
  using Ages = std::vector<std::int64_t>;
  CHECK(ages_of(pipedream(4, 6)) ==
        std::vector<Ages>{
            {0, 1, 2, 3, 3, 3}, {0, 1, 2, 2, 2, 2}, {0, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0}});
}

TEST_CASE("pipedream: with vertical sync gradients of all stages are K - 1 updates old") {
  using Ages = std::vector<std::int64_t>;
  CHECK(ages_of(vertical(4, 6)) == std::vector<Ages>(4, {0, 1, 2, 3, 3, 3}));
}

TEST_CASE("pipedream: the closed form's staleness is the measured one") {
  for (const int stages : {1, 2, 5})
    for (const std::int64_t iterations : {1, 3, 4, 12})
      for (const bool synced : {false, true}) {
        const Setup setup =
            (synced ? vertical(stages, iterations) : pipedream(stages, iterations)).setup();
        const Simulated run = simulate(setup);
        const ClaimedStaleness paper = closed_form_of(setup).staleness;
        CHECK(paper.max == run.staleness.max);
        CHECK(paper.mean == doctest::Approx(run.staleness.mean));
      }
}

TEST_CASE("pipedream: one stage is sgd") {
  testing::RunOf run = pipedream(1, 5);
  const Simulated one = simulate(run.setup());
  run.kind = "sgd";
  const Simulated sgd = simulate(run.setup());
  CHECK(one.makespan == sgd.makespan);
  CHECK(one.flops == sgd.flops);
  CHECK(one.staleness.max == 0);
}

TEST_CASE("pipedream: a mini-batch every f + d + update once the pipeline is full") {
  // Forwards of 2 products fill 3 stages; the last has `iterations` turns of 6 and its updates;
  // backwards of 4 go back, the first stage's of 3, and it updates in place of the last stage.
  for (const std::int64_t iterations : {1, 4, 50}) {
    const Setup setup = pipedream(4, iterations).setup();
    const double expected_s =
        (static_cast<double>(iterations) * 6 + 3 * 6 - 1) * testing::stream_product_s +
        static_cast<double>(iterations) * testing::stream_update_s;
    CHECK(simulate(setup).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-4));
    CHECK(closed_form_of(setup).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-4));
  }
}

TEST_CASE("pipedream: of unequal stages the slowest sets the pace") {
  // 3 stages of one layer each; the middle one has 3 times the outputs, so 64 x 192 weights, and
  // so has the last: products of 3 units, against 1. Stage 0: 2 products of 1; stages 1 and 2: 3 of
  // 3 units; an update of 192 x 64 + 192 or 64 parameters.
  testing::RunOf run = pipedream(3, 100);
  run.mlp.layers = 3;
  run.mlp.width = 0;
  run.mlp.shapes = {{64, 64}, {64, 192}, {192, 64}};
  const double before_s = simulate(run.setup()).makespan.seconds();
  run.training.iterations = 200;
  const double pace_s = (simulate(run.setup()).makespan.seconds() - before_s) / 100;
  const double update_s = 2 * (192 * 64 + 192) / 1e12;
  CHECK(pace_s == doctest::Approx(9 * testing::stream_product_s + update_s).epsilon(1e-3));
}

TEST_CASE("pipedream: a stage stashes K - s versions with the newest, as many as mini-batches") {
  // The first of 4 stages: 3 further versions of 2 x (64^2 + 64) parameters, activations of 4
  // mini-batches. Without stashing, no versions.
  testing::RunOf run = pipedream(4, 20);
  const ClosedForm form = closed_form_of(run.setup());
  CHECK(form.memory.versions == 3 * 2 * (64 * 64 + 64) * 4);
  CHECK(form.memory.activations == 4 * 3 * 2048);
  run.options = {{"weight_stashing", false}};
  CHECK(closed_form_of(run.setup()).memory.versions == 0);
  CHECK(closed_form_of(run.setup()).memory.activations == 4 * 3 * 2048);
}

TEST_CASE("pipedream: stage s (from 1) of K has K - s + 1 versions, the newest included") {
  // 5 stages of two layers, 8 x 8 but for one stage of 8 x 800 and 800 x 8, which needs most
  // memory: of its 13,608 parameters and of its mini-batches' 8 + 800 + 8 activations, 8 samples
  // each.
  for (int stage = 1; stage <= 5; ++stage) {
    testing::RunOf run = pipedream(5, 20);
    run.mlp.width = 0;
    run.mlp.shapes.assign(10, {8, 8});
    run.mlp.shapes[2 * static_cast<std::size_t>(stage) - 2].outputs = 800;
    run.mlp.shapes[2 * static_cast<std::size_t>(stage) - 1].inputs = 800;
    const Memory memory = closed_form_of(run.setup()).memory;
    CAPTURE(stage);
    CHECK(memory.parameters == 13'608 * 4);
    CHECK(memory.parameters + memory.versions == Count{5 - stage + 1} * 13'608 * 4);
    CHECK(memory.activations == Count{5 - stage + 1} * 8 * 816 * 4);
  }
}

TEST_CASE("pipedream: versions are those that the schedule needs, in short runs too") {
  // Parameters, gradients and versions of 2 x (64^2 + 64) scalars, 3 activations a mini-batch, and
  // one arriving message of 2048 bytes from each neighbour: all but the first stage have one before
  // them, all but the last one after. Of the stage that needs most, which in short runs need not be
  // the first.
  const Count parameters = 2 * (64 * 64 + 64) * 4;
  for (const int stages : {1, 2, 3, 6})
    for (const std::int64_t iterations : {1, 2, 3, 5, 8, 30}) {
      Count most = 0;
      for (std::int64_t delay = 0; delay < stages; ++delay) {
        const int neighbours = (delay + 1 < stages ? 1 : 0) + (delay > 0 ? 1 : 0);
        most = std::max(most, (2 + copies_by_schedule(delay, delay, iterations)) * parameters +
                                  std::min(iterations, delay + 1) * 3 * 2048 + neighbours * 2048);
      }
      CHECK(closed_form_of(pipedream(stages, iterations).setup()).memory.total() == most);
    }
  // The last of 4 stages, alone with a large layer, keeps what vertical sync needs: 3 more.
  testing::RunOf run = vertical(4, 20);
  run.mlp.layers = 4;
  run.mlp.width = 0;
  run.mlp.shapes = {{8, 8}, {8, 8}, {8, 8}, {8, 800}};
  CHECK(closed_form_of(run.setup()).memory.versions ==
        copies_by_schedule(0, 3, 20) * (8 * 800 + 800) * 4);
  CHECK(copies_by_schedule(0, 3, 20) == 3);
}

TEST_CASE("pipedream: messages are those of a pipeline: there and back at each border") {
  // 4 stages, 5 mini-batches: 3 borders, both ways, 2048 bytes each.
  const Simulated run = simulate(pipedream(4, 5).setup());
  CHECK(run.messages == 2 * 3 * 5);
  CHECK(run.bytes == 2 * 3 * 5 * 2048);
}

TEST_CASE("pipedream: latency costs a round trip for every K mini-batches") {
  // 4 stages: a trip has 24 products, an update at the stage that lets the next in, and 6 hops.
  const double hop_s = 6 * testing::stream_product_s;
  const Setup setup = pipedream(4, 200, hop_s).setup();
  const double makespan_s = simulate(setup).makespan.seconds();
  CHECK(makespan_s == doctest::Approx(50 * (24 * testing::stream_product_s + 6 * hop_s +
                                            testing::stream_update_s))
                          .epsilon(0.02));
  CHECK(closed_form_of(setup).makespan.seconds() == doctest::Approx(makespan_s).epsilon(0.02));
}

TEST_CASE("pipedream: what does not fit is refused, all at once") {
  testing::RunOf run = pipedream(4, 1);
  run.options = {{"stages", std::int64_t{9}}, {"vertical_sync", true}, {"weight_stashing", false}};
  CHECK(
      run.result().faults() ==
      Faults{{"/algorithm/stages", "must be at most the number of hosts, 4, found 9"},
             {"/algorithm/stages", "must be at most the number of layers of the model, 8, found 9"},
             {"/algorithm/vertical_sync",
              "needs weight_stashing, which keeps the versions that it names"}});
}

}  // namespace lockstep::models
