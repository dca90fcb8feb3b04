// Synthetic gradients on real numbers: the rule of algorithms.md, section 6.1 (DNI), module by
// module.
#include <doctest/doctest.h>

#include "models/language/optimizers.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/sequential_net.hpp"

namespace lockstep::models {

namespace {

using testing::at;

constexpr std::int64_t modules = 3;
constexpr std::int64_t batches = 7;
constexpr std::int64_t samples = 8;
constexpr double rate = 0.2;

testing::RunOf run_of(std::int64_t depth) {
  testing::RunOf run;
  run.kind = "synthetic_gradients";
  run.hosts = modules;
  run.mlp = {.layers = modules, .width = 64};
  run.training = {
      .batch_is_global = true, .batch = samples, .iterations = batches, .learning_rate = rate};
  run.options = {{"synthesiser_depth", depth}};
  return run;
}

// M_k, of linear layers with tanh between them. All but the last start by Xavier, the last is zero.
class Synthesiser {
 public:
  Synthesiser(const testing::SequentialNet& net, std::int64_t module, std::int64_t depth,
              std::uint64_t seed)
      : net_(&net) {
    for (std::int64_t index = 0; index < depth; ++index) {
      std::vector<float> layer(64 * 64 + 64, 0.0F);
      const auto stream = static_cast<std::uint64_t>(module * depth + index);
      if (index + 1 < depth)
        start_layer(layer, {64, 64}, Start::xavier, {seed, (std::uint64_t{6} << 48U) + stream});
      layers_.emplace_back(layer.begin(), layer.end());
    }
  }

  // Keeps what it computed for `learn`.
  testing::Values predict(const testing::Values& outputs) {
    testing::Model x = {outputs};
    for (std::size_t index = 0; index < layers_.size(); ++index)
      x.push_back(
          net_->forward(index + 1 < layers_.size() ? 0 : modules - 1, layers_[index], x.back()));
    kept_.push_back(x);
    return x.back();
  }
  // By the gradient of |M(h) - target|^2 / 2, a mean over samples, of mini-batch `batch`.
  void learn(std::size_t batch, const testing::Values& target) {
    const testing::Model& x = kept_[batch];
    testing::Values d = x.back();
    testing::add(d, -1, target);
    for (double& one : d) one /= samples;
    testing::Model gradients(layers_.size());
    for (std::size_t index = layers_.size(); index-- > 0;) {
      gradients[index] = net_->by_weights(d, x[index]);
      d = net_->by_inputs(layers_[index], d, x[index]);
    }
    for (std::size_t index = 0; index < layers_.size(); ++index)
      testing::add(layers_[index], -rate, gradients[index]);
  }

 private:
  const testing::SequentialNet* net_;
  testing::Model layers_;
  std::vector<testing::Model> kept_;
};

// Module k, one layer each: w_k <- w_k - rate J^T M_k(h_k), and then M_k learns from the gradient
// that module k+1 had for the mini-batch before.
testing::Model sequential(const Problem& problem, std::int64_t depth) {
  const testing::SequentialNet net(problem);
  testing::Model w = net.start();
  std::vector<Synthesiser> synthesisers;
  for (std::int64_t module = 0; module + 1 < modules; ++module)
    synthesisers.emplace_back(net, module, depth, problem.setup->training.seed);
  std::vector<testing::Model> targets(modules);  // by module, of every mini-batch
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    testing::Model x = {net.inputs(batch)};
    for (std::int64_t module = 0; module < modules; ++module)
      x.push_back(net.forward(module, w[at(module)], x.back()));
    for (std::int64_t module = 0; module < modules; ++module) {
      const bool last = module + 1 == modules;
      const testing::Values& outputs = x[at(module + 1)];
      const testing::Values d =
          last ? net.loss_gradient(batch, outputs) : synthesisers[at(module)].predict(outputs);
      if (module > 0)
        targets[at(module - 1)].push_back(net.by_inputs(w[at(module)], d, x[at(module)]));
      testing::add(w[at(module)], -rate, net.by_weights(d, x[at(module)]));
    }
    for (std::int64_t module = 0; module + 1 < modules && batch > 0; ++module)
      synthesisers[at(module)].learn(at(batch - 1), targets[at(module)][at(batch - 1)]);
  }
  return w;
}

}  // namespace

TEST_CASE("synthetic_gradients: modules update by predictions that learn from what comes back") {
  for (const std::int64_t depth : {1, 2, 3}) {
    CAPTURE(depth);
    const Setup setup = run_of(depth).setup();
    const Problem problem = testing::problem_on_digits(setup);
    const testing::SequentialNet net(problem);
    const auto ends = testing::trained(setup, 2).numbers.parameters;
    testing::Model end;
    for (std::size_t module = 0; module < modules; ++module)
      end.push_back(net.model_of(ends[module])[module]);
    const testing::Model expected = sequential(problem, depth);
    CHECK(testing::distance(end, expected) < 2e-7);
    // The last module but one has learned from predictions; so it is not the start.
    CHECK(testing::distance({net.start()[1]}, {expected[1]}) > 1e-4);
  }
}

// The last layer of a synthesiser is zero until a target has come: modules but the last stay as
// they were for the first two mini-batches.
TEST_CASE("synthetic_gradients: the first predictions are zero") {
  testing::RunOf run = run_of(1);
  run.training.iterations = 2;
  const Setup setup = run.setup();
  const auto ends = testing::trained(setup).numbers.parameters;
  const std::vector<float> start = testing::problem_on_digits(setup).start;
  CHECK(ends[0] == start);
  CHECK(ends[1] == start);
  CHECK(ends[2] != start);
}

TEST_CASE("synthetic_gradients: six modules learn by Adam, as in the paper, and not by SGD") {
  testing::RunOf run;
  run.kind = "synthetic_gradients";
  run.hosts = 6;
  run.mlp = {.layers = 6, .width = 64};
  run.training = {.batch_is_global = true, .batch = 32, .iterations = 600, .learning_rate = 3e-4};
  const auto accuracy = [&](const UpdateRule& rule) {
    run.training.optimizer.rule = &rule;
    return testing::trained(run.setup(), 2, 1).curve.accuracy.back();
  };
  CHECK(accuracy(adam_rule) > 0.7);
  run.training.learning_rate = 0.05;
  CHECK(accuracy(sgd_rule) < 0.3);
}

}  // namespace lockstep::models
