// Ranks that start from models of their own, and a network so small that its training can be
// followed by hand.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "models/readers/numerics/rank_run.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// One layer, two outputs, and samples whose features are all 0: only biases are trained. Samples
// are of class 0, as many as `of_class_0`, and of class 1. From biases b and -b, the outputs' share
// of class 0 is p(b) = 1 / (1 + e^(-2 b)), and the gradient by the first bias, a mean over samples
// whose labels are y, is p(b) - 1 for y = 0 and p(b) for y = 1; by the second it is the opposite.
inline RunOf biases_only(const char* kind, int workers, std::int64_t iterations) {
  RunOf run;
  run.kind = kind;
  run.hosts = workers;
  run.mlp = {.layers = 1, .width = 2};
  run.training = {.batch = 1, .iterations = iterations, .learning_rate = 1};
  return run;
}
inline Problem samples_of_zeros(const Setup& setup, int of_class_0, int of_class_1 = 0) {
  Dataset data;
  data.inputs = 2;
  data.classes = 2;
  data.labels.assign(static_cast<std::size_t>(of_class_0), 0);
  data.labels.insert(data.labels.end(), static_cast<std::size_t>(of_class_1), 1);
  data.features.assign(2 * data.labels.size(), 0.0F);
  Problem problem =
      problem_of(setup, {}, std::make_shared<const DividedData>(DividedData{data, data}));
  std::fill(problem.start.begin(), problem.start.end(), 0.0F);
  return problem;
}
// An output's two weights, then its bias.
inline void set_bias(std::span<float> parameters, float bias) {
  parameters[2] = bias;
  parameters[5] = -bias;
}
inline void check_bias(std::span<const float> parameters, double bias) {
  CHECK(parameters[2] == doctest::Approx(bias).epsilon(1e-6));
  CHECK(parameters[5] == doctest::Approx(-bias).epsilon(1e-6));
}

// Carries out all ranks, one after another, without shared memory.
class RanksByHand final : public Communicator {
 public:
  explicit RanksByHand(const Problem& problem, Order order = {}) : order_(std::move(order)) {
    const int ranks = problem.setup->ranks();
    order_.ranks.resize(static_cast<std::size_t>(ranks));
    for (Rank rank = 0; rank < ranks; ++rank) {
      const RankOrder* mine = &order_.ranks[static_cast<std::size_t>(rank)];
      ranks_.push_back(std::make_unique<RankRun>(problem, rank, *this, nullptr, mine, nullptr));
    }
  }

  [[nodiscard]] RankNumbers& numbers(Rank rank) {
    return ranks_[static_cast<std::size_t>(rank)]->numbers();
  }
  [[nodiscard]] std::span<float> model(Rank rank) {
    return numbers(rank).buffer(Buffer::parameters);
  }
  // From these models on; a push-sum's weight stays 1.
  void start_from(Rank rank, const std::vector<float>& model) {
    std::copy(model.begin(), model.end(), this->model(rank).begin());
    std::copy(model.begin(), model.end(), numbers(rank).buffer(Buffer::push_sum).begin());
  }

  void run() {
    for (bool moved = true; moved;) {
      for (const auto& rank : ranks_) rank->advance();
      moved = !sent_.empty();
      for (Sent& one : std::exchange(sent_, {}))
        ranks_[static_cast<std::size_t>(one.to)]->deliver(one.message, std::move(one.content));
    }
    for (const auto& rank : ranks_) REQUIRE_MESSAGE(rank->ended(), rank->waits_for());
  }

  void send(Rank to, const Message& message, std::vector<float> content) override {
    sent_.push_back({to, message, std::move(content)});
  }
  std::int64_t barriers_passed() override { return 0; }
  void arrive_at_barrier(Rank /*rank*/) override {}

 private:
  struct Sent {
    Rank to = 0;
    Message message;
    std::vector<float> content;
  };

  Order order_;
  std::vector<std::unique_ptr<RankRun>> ranks_;
  std::vector<Sent> sent_;
};

}  // namespace lockstep::models::testing
