// ZeRO on real numbers: what a worker does not own, it does not use.
#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <limits>
#include <memory>

#include "models/cost/algorithm.hpp"
#include "models/readers/numerics/own_parts.hpp"
#include "models/readers/numerics/rank_run.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;

RunOf run_of(const char* kind, int hosts) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 6, .learning_rate = 0.1};
  return run;
}

RunOf zero(int hosts, std::int64_t stage) {
  RunOf run = run_of("zero", hosts);
  run.options = {{"stage", stage}};
  return run;
}

// The model of all ranks together: of each what it owns.
std::vector<float> joined(const Setup& setup, const std::vector<std::vector<float>>& models) {
  std::vector<float> model(models[0].size(), std::numeric_limits<float>::quiet_NaN());
  for (Rank rank = 0; rank < setup.workers; ++rank)
    for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank))
      for (std::int64_t i = range.offset; i < range.offset + range.count; ++i)
        model[static_cast<std::size_t>(i)] =
            models[static_cast<std::size_t>(rank)][static_cast<std::size_t>(i)];
  return model;
}

// Runs all ranks in turn. Before the first operation and after each update everything is poisoned
// that the rank does not own: whoever uses it, or sends it on, gets no number.
class Poisoned final : public Communicator {
 public:
  explicit Poisoned(const Problem& problem) : setup_(problem.setup) {
    for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
      ranks_.push_back(std::make_unique<RankRun>(problem, rank, *this, nullptr, nullptr, nullptr));
      updated(rank, ranks_.back()->numbers());
    }
  }
  void send(Rank to, const Message& message, std::vector<float> content) override {
    under_way_.push_back({to, message, std::move(content)});
  }
  std::int64_t barriers_passed() override { return 0; }
  void arrive_at_barrier(Rank /*rank*/) override {}
  void updated(Rank rank, RankNumbers& numbers) override {
    const std::span<float> parameters = numbers.buffer(Buffer::parameters);
    std::vector<float> kept(parameters.begin(), parameters.end());
    std::fill(parameters.begin(), parameters.end(), std::numeric_limits<float>::quiet_NaN());
    for (const OwnRange& range : setup_->algorithm->own_ranges(*setup_, rank))
      std::copy_n(kept.begin() + range.offset, range.count, parameters.begin() + range.offset);
  }
  std::vector<std::vector<float>> run() {
    for (auto& rank : ranks_) rank->advance();
    while (!under_way_.empty()) {
      Sent sent = std::move(under_way_.front());
      under_way_.pop_front();
      RankRun& to = *ranks_[static_cast<std::size_t>(sent.to)];
      to.deliver(sent.message, std::move(sent.content));
      to.advance();
    }
    std::vector<std::vector<float>> models;
    for (auto& rank : ranks_) {
      REQUIRE(rank->ended());
      const std::span<const float> model = rank->numbers().model();
      models.emplace_back(model.begin(), model.end());
    }
    return models;
  }

 private:
  struct Sent {
    Rank to;
    Message message;
    std::vector<float> content;
  };
  const Setup* setup_;
  std::vector<std::unique_ptr<RankRun>> ranks_;
  std::deque<Sent> under_way_;
};

}  // namespace

TEST_CASE("zero on numbers: every stage takes the steps of sync_sgd") {
  for (const std::int64_t stage : {1, 2, 3}) {
    CAPTURE(stage);
    // Two workers add two numbers: there is no other order.
    const Setup two = zero(2, stage).setup();
    CHECK(joined(two, trained(two).numbers.parameters) ==
          trained(run_of("sync_sgd", 2).setup()).numbers.parameters[0]);
    for (const int workers : {3, 4}) {
      CAPTURE(workers);
      const Setup setup = zero(workers, stage).setup();
      const std::vector<float> model = joined(setup, trained(setup).numbers.parameters);
      const auto sync = trained(run_of("sync_sgd", workers).setup()).numbers.parameters[0];
      for (std::size_t i = 0; i < model.size(); ++i)
        CHECK(std::abs(model[i] - sync[i]) < 1e-6F);  // as in synchronous_test.cpp
    }
  }
}

TEST_CASE("zero on numbers: stages 1 and 2 leave all ranks with the whole model") {
  for (const std::int64_t stage : {1, 2}) {
    const Setup setup = zero(4, stage).setup();
    const auto models = trained(setup).numbers.parameters;
    for (const auto& model : models) CHECK(model == joined(setup, models));
  }
}

TEST_CASE("zero on numbers: what a rank does not own is gathered before it is used") {
  // After an update stages 1 and 2 gather all; stage 3 each layer, twice an iteration. Stages 1 and
  // 2 begin with the whole model, which nobody sent: they cannot begin poisoned.
  const Setup setup = zero(4, 3).setup();
  const Problem problem = testing::problem_on_digits(setup);
  const auto poisoned = Poisoned(problem).run();
  CHECK(joined(setup, poisoned) == joined(setup, trained(setup).numbers.parameters));
}

TEST_CASE("own parts: elements of a row, in the parameters") {
  // P = 3: of each of 3 layers of 4,160 rank 1 owns 1,387 scalars, from the 1,387th on.
  const Setup setup = zero(3, 2).setup();
  const auto parts = parts_of(setup, 1, {Buffer::own_gradients, 1'000, 2'000});
  REQUIRE(parts.size() == 3);  // the last 387 of the first layer, 1,387, and 226 of the third
  CHECK(parts[0].buffer == Buffer::gradients);
  CHECK(parts[0].offset == 1'387 + 1'000);
  CHECK(parts[0].count == 387);
  CHECK(parts[1].offset == 4'160 + 1'387);
  CHECK(parts[1].count == 1'387);
  CHECK(parts[2].offset == 2 * 4'160 + 1'387);
  CHECK(parts[2].count == 226);
}

}  // namespace lockstep::models
