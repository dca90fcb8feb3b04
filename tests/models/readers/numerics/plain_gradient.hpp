// Gradients by plain loops in double precision, for whatever samples a test names: shares nothing
// with the code that it checks but the place of each parameter.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/readers/numerics/problem.hpp"

namespace lockstep::models::testing {

// Samples [first, first + count) of the endless row that mini-batches are taken from.
struct Places {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

class PlainModel {
 public:
  explicit PlainModel(const Problem& problem)
      : problem_(&problem), parameters_(problem.start.begin(), problem.start.end()) {}

  // The mean over all samples of all `places`.
  [[nodiscard]] std::vector<double> gradient_of(const std::vector<Places>& places) const {
    std::vector<double> gradient(parameters_.size(), 0);
    double samples = 0;
    for (const Places& some : places) {
      for (std::int64_t i = 0; i < some.count; ++i)
        add_sample(problem_->sample_at(some.first + i), gradient);
      samples += static_cast<double>(some.count);
    }
    for (double& scalar : gradient) scalar /= samples;
    return gradient;
  }
  // The mean over samples [first, first + count) of the row.
  [[nodiscard]] double loss_of(Places places) const {
    double sum = 0;
    for (std::int64_t i = 0; i < places.count; ++i) {
      const std::int64_t sample = problem_->sample_at(places.first + i);
      const Row outputs = outputs_of(sample).back();
      double exponentials = 0;
      for (std::int64_t other = 0; other < problem_->data->training.classes; ++other)
        exponentials += std::exp(outputs[at(other)]);
      const std::int32_t label = problem_->data->training.labels[at(sample)];
      sum += std::log(exponentials) - outputs[at(label)];
    }
    return sum / static_cast<double>(places.count);
  }
  [[nodiscard]] std::vector<double>& parameters() { return parameters_; }
  void step(const std::vector<double>& gradient) {
    const double rate = problem_->setup->training.learning_rate;
    for (std::size_t i = 0; i < gradient.size(); ++i) parameters_[i] -= rate * gradient[i];
  }
  [[nodiscard]] double farthest(const std::vector<float>& others) const {
    double most = 0;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      most = std::max(most, std::abs(parameters_[i] - double{others[i]}));
    return most;
  }

 private:
  using Row = std::vector<double>;
  static std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }
  [[nodiscard]] std::int64_t weight(std::int64_t layer, std::int64_t out, std::int64_t in) const {
    const Mlp& mlp = problem_->setup->mlp;
    return mlp.parameters({0, layer}) + out * (mlp.shape(layer).inputs + 1) + in;
  }
  [[nodiscard]] std::int64_t bias(std::int64_t layer, std::int64_t out) const {
    return weight(layer, out, problem_->setup->mlp.shape(layer).inputs);
  }

  [[nodiscard]] std::vector<Row> outputs_of(std::int64_t sample) const {
    const Mlp& mlp = problem_->setup->mlp;
    const auto inputs = problem_->data->training.sample(sample);
    std::vector<Row> rows = {Row(inputs.begin(), inputs.end())};
    for (std::int64_t layer = 0; layer < mlp.layers; ++layer) {
      Row outputs(at(mlp.shape(layer).outputs));
      for (std::int64_t out = 0; out < mlp.shape(layer).outputs; ++out) {
        double sum = parameters_[at(bias(layer, out))];
        for (std::int64_t in = 0; in < mlp.shape(layer).inputs; ++in)
          sum += parameters_[at(weight(layer, out, in))] * rows.back()[at(in)];
        outputs[at(out)] = layer + 1 < mlp.layers ? activated(sum) : sum;
      }
      rows.push_back(std::move(outputs));
    }
    return rows;
  }

  [[nodiscard]] double activated(double sum) const {
    return problem_->activation == Activation::tanh ? std::tanh(sum) : std::max(sum, 0.0);
  }
  // Where the activation is `output`.
  [[nodiscard]] double derivative(double output) const {
    if (problem_->activation == Activation::tanh) return 1 - output * output;
    return output > 0 ? 1 : 0;
  }

  // By the last layer's outputs.
  [[nodiscard]] Row softmax_gradient(const Row& outputs, std::int32_t label) const {
    const std::size_t classes = at(problem_->data->training.classes);
    double sum = 0;
    for (std::size_t i = 0; i < classes; ++i) sum += std::exp(outputs[i]);
    Row gradient(outputs.size(), 0);
    for (std::size_t i = 0; i < classes; ++i)
      gradient[i] = std::exp(outputs[i]) / sum - (i == at(label) ? 1 : 0);
    return gradient;
  }

  void add_sample(std::int64_t sample, std::vector<double>& sums) const {
    const Mlp& mlp = problem_->setup->mlp;
    const std::vector<Row> rows = outputs_of(sample);
    Row after = softmax_gradient(rows.back(), problem_->data->training.labels[at(sample)]);
    for (std::int64_t layer = mlp.layers - 1; layer >= 0; --layer) {
      const Row& inputs = rows[at(layer)];
      Row before(inputs.size(), 0);
      for (std::int64_t out = 0; out < mlp.shape(layer).outputs; ++out) {
        sums[at(bias(layer, out))] += after[at(out)];
        for (std::int64_t in = 0; in < mlp.shape(layer).inputs; ++in) {
          sums[at(weight(layer, out, in))] += after[at(out)] * inputs[at(in)];
          before[at(in)] += after[at(out)] * parameters_[at(weight(layer, out, in))];
        }
      }
      for (std::size_t in = 0; in < inputs.size(); ++in) before[in] *= derivative(inputs[in]);
      after = std::move(before);
    }
  }

  const Problem* problem_;
  std::vector<double> parameters_;
};

}  // namespace lockstep::models::testing
