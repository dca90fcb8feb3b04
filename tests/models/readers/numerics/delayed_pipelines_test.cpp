// Pipelines and modules with delayed gradients on real numbers: each against its formula
// (algorithms.md, section 6.1) computed mini-batch by mini-batch, all versions of the parameters at
// hand. Stages are counted from 0; mini-batch t is the t-th that updates, from 0.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "models/parts/stages/stages.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/sequential_net.hpp"

namespace lockstep::models {

namespace {

using testing::at;
using testing::Model;
using testing::RunOf;
using testing::SequentialNet;
using testing::trained;
using testing::Values;

constexpr double rate = 0.2;
// Of single precision after a dozen steps.
constexpr double close = 2e-7;

RunOf run_of(const char* kind, int stages, std::int64_t layers = 3, std::int64_t batches = 9) {
  RunOf run;
  run.kind = kind;
  run.hosts = stages;
  run.mlp = {.layers = layers, .width = 64};
  run.training = {
      .batch_is_global = true, .batch = 8, .iterations = batches, .learning_rate = rate};
  return run;
}

std::int64_t stage_of(const Setup& setup, std::int64_t layer) {
  int stage = 0;
  while (true) {
    const LayerRange layers = layers_of_stage(setup.mlp, setup.workers, stage);
    if (layer < layers.first + layers.count) return stage;
    ++stage;
  }
}

// The model that the stages have together at the end.
Model end_of(const Setup& setup) {
  const Trained result = trained(setup, 2);
  const Problem problem = testing::problem_on_digits(setup);
  const SequentialNet net(problem);
  Model model;
  for (std::int64_t layer = 0; layer < net.layers(); ++layer)
    model.push_back(net.model_of(result.numbers.parameters[at(stage_of(setup, layer))])[at(layer)]);
  return model;
}

// Which version of its parameters a stage uses for mini-batch t.
using Version = std::function<std::int64_t(std::int64_t batch, std::int64_t stage)>;

std::int64_t newest(std::int64_t batch, std::int64_t /*stage*/) { return batch; }

// So many updates ago, or the first.
Version delayed(std::function<std::int64_t(std::int64_t stage)> delay) {
  return [delay = std::move(delay)](std::int64_t batch, std::int64_t stage) {
    return std::max<std::int64_t>(0, batch - delay(stage));
  };
}

struct Rule {
  Version there;
  Version back;
  bool replay = false;
};

// w(t+1) = w(t) - rate gradient(forward w(there(t)), backward w(back(t))), layer by layer.
Model sequential(const Setup& setup, const Rule& rule) {
  const Problem problem = testing::problem_on_digits(setup);
  const SequentialNet net(problem);
  std::vector<Model> versions = {net.start()};
  for (std::int64_t batch = 0; batch < setup.training.iterations; ++batch) {
    Model there;
    Model back;
    for (std::int64_t layer = 0; layer < net.layers(); ++layer) {
      const std::int64_t stage = stage_of(setup, layer);
      there.push_back(versions[at(rule.there(batch, stage))][at(layer)]);
      back.push_back(versions[at(rule.back(batch, stage))][at(layer)]);
    }
    const auto stages = [&](std::int64_t layer) { return stage_of(setup, layer); };
    const Model gradients =
        rule.replay ? net.gradients(batch, there, back, stages) : net.gradients(batch, there, back);
    Model next = versions.back();
    for (std::size_t layer = 0; layer < next.size(); ++layer)
      testing::add(next[layer], -rate, gradients[layer]);
    versions.push_back(std::move(next));
  }
  return versions.back();
}

void check_rule(const RunOf& run, const Rule& rule) {
  const Setup setup = run.setup();
  const Model end = end_of(setup);
  CHECK(testing::distance(end, sequential(setup, rule)) < close);
  // Nor is it near what a run would give that confuses versions.
  const auto far = [&](const Rule& other) {
    return testing::distance(end, sequential(setup, other)) > 1000 * close;
  };
  CHECK(far({newest, newest}));
  CHECK((far({rule.there, newest}) || far({rule.there, rule.there})));
}

Version own_updates(std::int64_t stages, std::int64_t depth = 1) {
  return delayed([=](std::int64_t stage) { return depth * (stages - 1 - stage); });
}

std::vector<float> parameters_of_rank(const RunOf& run, std::size_t rank) {
  return trained(run.setup()).numbers.parameters[rank];
}

void check_same_bits(const RunOf& one, const RunOf& other) {
  CHECK(trained(one.setup()).numbers.parameters == trained(other.setup()).numbers.parameters);
}

}  // namespace

TEST_CASE("pipelined_backprop: forward with old parameters, back with the newest") {
  check_rule(run_of("pipelined_backprop", 3), {own_updates(3), newest});
  RunOf cycles = run_of("pipelined_backprop", 3, 4);
  cycles.options = {{"schedule", std::string("cycles")}};
  check_rule(cycles, {own_updates(3, 2), newest});
}

TEST_CASE("pipedream: w(t+1) = w(t) - rate gradient f(w_0(t-K+1), ..., w_{K-1}(t))") {
  check_rule(run_of("pipedream", 3), {own_updates(3), own_updates(3)});
  check_rule(run_of("pipedream", 2, 3, 2), {own_updates(2), own_updates(2)});
}

TEST_CASE("pipedream with vertical sync: all stages are K-1 updates late") {
  RunOf run = run_of("pipedream", 3);
  run.options = {{"vertical_sync", true}};
  const Version late = delayed([](std::int64_t) { return 2; });
  check_rule(run, {late, late});
}

TEST_CASE("pipedream without stashing is pipelined back-propagation, bit for bit") {
  RunOf run = run_of("pipedream", 3);
  run.options = {{"weight_stashing", false}};
  check_same_bits(run, run_of("pipelined_backprop", 3));
}

// Two replicas of the first stage, one of the second. Replica r's turn number n is mini-batch
// 2n + r; after turn n, both mini-batches' gradients are summed for update number n. It went
// forward one turn before: with version n-1, which it goes back with too. The second stage has
// nothing in between. Of five mini-batches the last is alone in its sum.
TEST_CASE("pipedream with replicas sums their gradients, and the last sum has one") {
  RunOf run = run_of("pipedream", 3, 2, 5);
  const std::vector<std::int64_t> replicas = {2, 1};
  run.options = {{"replicas", replicas}};
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  const SequentialNet net(problem);
  std::vector<Values> first = {net.start()[0]};
  Values second = net.start()[1];
  Values sum(second.size(), 0.0);
  for (std::int64_t batch = 0; batch < 5; ++batch) {
    const Model model = {first[at(std::max<std::int64_t>(0, batch / 2 - 1))], second};
    const Model gradients = net.gradients(batch, model, model);
    testing::add(second, -rate, gradients[1]);
    testing::add(sum, 1, gradients[0]);
    if (batch % 2 == 0 && batch != 4) continue;
    first.push_back(first.back());
    testing::add(first.back(), -rate, sum);
    sum.assign(sum.size(), 0.0);
  }
  const auto ends = trained(setup).numbers.parameters;
  CHECK(ends[0] == ends[1]);
  CHECK(testing::distance({net.model_of(ends[0])[0], net.model_of(ends[2])[1]},
                          {first.back(), second}) < close);
}

TEST_CASE("pipedream_2bw: W(t+1) = W(t) - rate gradient(W(t-1))") {
  RunOf run = run_of("pipedream_2bw", 3);
  const Version one = delayed([](std::int64_t) { return 1; });
  for (const std::int64_t micro_batches : {4, 8}) {
    run.options = {{"micro_batches", micro_batches}};
    check_rule(run, {one, one});
  }
}

TEST_CASE("ddg: module k's gradient is that of parameters K-1-k updates ago") {
  check_rule(run_of("ddg", 3), {own_updates(3), own_updates(3)});
  // PipeDream's formula, by another schedule.
  check_same_bits(run_of("ddg", 3), run_of("pipedream", 3));
}

TEST_CASE("features_replay: old inputs, computed forward again with the newest parameters") {
  check_rule(run_of("features_replay", 2, 4), {own_updates(2), newest, true});
  check_rule(run_of("features_replay", 3, 5), {own_updates(3), newest, true});
}

// A module h_l = tanh(w h_{l-1}) of one layer: replayed, it puts out something else than it did
// going forward, and its gradient is (delta * (1 - h_l^2)) h_{l-1}^T with the new h_l (Huo et al.,
// section 3.1: a layer produces an activation). With the old one it would be pipelined
// back-propagation, to the last bit; the two differ by that factor alone.
TEST_CASE("features_replay: one layer a module takes the derivative where it is replayed") {
  const Rule replayed{own_updates(3), newest, true};
  const RunOf run = run_of("features_replay", 3, 3, 40);
  const Setup setup = run.setup();
  const Model end = end_of(setup);
  const double error = testing::distance(end, sequential(setup, replayed));
  CHECK(error < 5 * close);  // of single precision, after 40 steps
  CHECK(testing::distance(end, sequential(setup, {own_updates(3), newest})) > 100 * error);
}

TEST_CASE("delayed pipelines: one stage is sgd, bit for bit") {
  const std::vector<float> sgd = parameters_of_rank(run_of("sgd", 1), 0);
  for (const char* kind : {"pipelined_backprop", "pipedream", "pipedream_2bw", "ddg",
                           "features_replay", "synthetic_gradients"}) {
    CAPTURE(kind);
    CHECK(parameters_of_rank(run_of(kind, 1), 0) == sgd);
  }
  RunOf spectrain = run_of("spectrain", 1);  // v is the gradient where nothing is kept of it
  spectrain.options = {{"momentum", 0.0}};
  CHECK(parameters_of_rank(spectrain, 0) == sgd);
}

// v(t+1) = m v(t) + (1-m) g, w(t+1) = w(t) - rate v(t+1). Stage k of K computes mini-batch t
// forward with w(u) - s rate v(u), u = t-(K-1-k) and s = floor(k/2) + K-1-k, and back with
// w(t) - floor(k/2) rate v(t).
TEST_CASE("spectrain: both passes use predicted parameters") {
  const Setup setup = run_of("spectrain", 3).setup();
  const Problem problem = testing::problem_on_digits(setup);
  const SequentialNet net(problem);
  std::vector<Model> w = {net.start()};
  std::vector<Model> v = {Model(3, Values(net.start()[0].size(), 0.0))};
  for (std::int64_t batch = 0; batch < setup.training.iterations; ++batch) {
    Model there;
    Model back;
    for (std::int64_t k = 0; k < 3; ++k) {
      const auto then = at(std::max<std::int64_t>(0, batch - (2 - k)));
      const std::int64_t to_come = k / 2;
      there.push_back(w[then][at(k)]);
      testing::add(there.back(), -rate * static_cast<double>(to_come + 2 - k), v[then][at(k)]);
      back.push_back(w.back()[at(k)]);
      testing::add(back.back(), -rate * static_cast<double>(to_come), v.back()[at(k)]);
    }
    const Model gradients = net.gradients(batch, there, back);
    Model velocity = v.back();
    Model next = w.back();
    for (std::size_t k = 0; k < 3; ++k) {
      for (double& kept : velocity[k]) kept *= 0.9;
      testing::add(velocity[k], 0.1, gradients[k]);
      testing::add(next[k], -rate, velocity[k]);
    }
    v.push_back(std::move(velocity));
    w.push_back(std::move(next));
  }
  CHECK(testing::distance(end_of(setup), w.back()) < close);
  CHECK(testing::distance(w.back(), w.front()) > 1000 * close);
}

TEST_CASE("delayed pipelines keep as many versions as their closed forms claim") {
  for (const char* kind : {"pipedream", "pipedream_2bw", "ddg", "features_replay"}) {
    CAPTURE(kind);
    RunOf run = run_of(kind, 3);
    if (run.kind == "pipedream_2bw") run.options = {{"micro_batches", std::int64_t{4}}};
    const Setup setup = run.setup();
    std::int64_t most = 0;
    if (setup.algorithm->versions != nullptr)
      for (Rank rank = 0; rank < setup.workers; ++rank)
        most = std::max(most, setup.algorithm->versions(setup, rank));
    const std::int64_t layer_bytes = (64 * 64 + 64) * 4;
    CHECK(setup.algorithm->closed_form(setup).memory.versions == Count{most} * layer_bytes);
  }
}

}  // namespace lockstep::models
