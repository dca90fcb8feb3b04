// The network once more, by plain loops in double precision, with every version of its parameters
// kept: what formulas with old parameters say, written down as they stand.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/readers/numerics/problem.hpp"

namespace lockstep::models::testing {

// Row by row: samples x units, or of a layer outputs x (inputs and the bias).
using Values = std::vector<double>;
using Model = std::vector<Values>;  // by layer

inline std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// sums += factor * added
inline void add(Values& sums, double factor, const Values& added) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += factor * added[i];
}

class SequentialNet {
 public:
  explicit SequentialNet(const Problem& problem)
      : problem_(&problem), width_(problem.setup->mlp.width), layers_(problem.setup->mlp.layers) {}

  [[nodiscard]] std::int64_t layers() const { return layers_; }
  [[nodiscard]] Model start() const { return model_of(problem_->start); }
  [[nodiscard]] Model model_of(const std::vector<float>& parameters) const {
    Model model;
    const std::int64_t size = width_ * width_ + width_;
    for (std::int64_t layer = 0; layer < layers_; ++layer)
      model.emplace_back(parameters.begin() + layer * size,
                         parameters.begin() + (layer + 1) * size);
    return model;
  }
  // The inputs of mini-batch number `batch`.
  [[nodiscard]] Values inputs(std::int64_t batch) const {
    Values all;
    for (std::int64_t row = 0; row < samples(); ++row) {
      const auto sample =
          problem_->data->training.sample(problem_->sample_at(batch * samples() + row));
      all.insert(all.end(), sample.begin(), sample.end());
    }
    return all;
  }
  // What `layer` with parameters `w` makes of `x`.
  [[nodiscard]] Values forward(std::int64_t layer, const Values& w, const Values& x) const {
    Values y(x.size());
    for (std::int64_t row = 0; row < samples(); ++row)
      for (std::int64_t out = 0; out < width_; ++out) {
        double sum = w[bias(out)];
        for (std::int64_t in = 0; in < width_; ++in)
          sum += w[weight(out, in)] * x[at(row * width_ + in)];
        y[at(row * width_ + out)] = layer + 1 < layers_ ? std::tanh(sum) : sum;
      }
    return y;
  }
  // The gradient of the mean loss by the network's outputs.
  [[nodiscard]] Values loss_gradient(std::int64_t batch, const Values& y) const {
    Values d(y.size(), 0.0);
    const Dataset& data = problem_->data->training;
    for (std::int64_t row = 0; row < samples(); ++row) {
      const std::int64_t label = data.labels[at(problem_->sample_at(batch * samples() + row))];
      double sum = 0;
      for (std::int64_t out = 0; out < data.classes; ++out)
        sum += std::exp(y[at(row * width_ + out)]);
      for (std::int64_t out = 0; out < data.classes; ++out)
        d[at(row * width_ + out)] =
            (std::exp(y[at(row * width_ + out)]) / sum - (out == label ? 1 : 0)) /
            static_cast<double>(samples());
    }
    return d;
  }
  // d^T x and the sums of d's rows.
  [[nodiscard]] Values by_weights(const Values& d, const Values& x) const {
    Values g(at(width_ * width_ + width_), 0.0);
    for (std::int64_t row = 0; row < samples(); ++row)
      for (std::int64_t out = 0; out < width_; ++out) {
        const double mine = d[at(row * width_ + out)];
        for (std::int64_t in = 0; in < width_; ++in)
          g[weight(out, in)] += mine * x[at(row * width_ + in)];
        g[bias(out)] += mine;
      }
    return g;
  }
  // d w, through the activation that `x` came out of, or the same layer's outputs at other times.
  [[nodiscard]] Values by_inputs(const Values& w, const Values& d, const Values& x) const {
    Values back(d.size(), 0.0);
    for (std::int64_t row = 0; row < samples(); ++row)
      for (std::int64_t in = 0; in < width_; ++in) {
        double sum = 0;
        for (std::int64_t out = 0; out < width_; ++out)
          sum += d[at(row * width_ + out)] * w[weight(out, in)];
        const double input = x[at(row * width_ + in)];
        back[at(row * width_ + in)] = sum * (1 - input * input);
      }
    return back;
  }

  // The gradient of every layer for a mini-batch that meets parameters `there` going forward and
  // `back` going back. Layers of one stage, as `stage_of` says, keep only their stage's input with
  // `replay`, and compute the others anew with `back`, and so their outputs: there the derivative
  // of the activation is taken.
  [[nodiscard]] Model gradients(
      std::int64_t batch, const Model& there, const Model& back,
      const std::function<std::int64_t(std::int64_t)>& replayed_stage_of = {}) const {
    std::vector<Values> x = {inputs(batch)};
    for (std::int64_t layer = 0; layer < layers_; ++layer)
      x.push_back(forward(layer, there[at(layer)], x.back()));
    Values d = loss_gradient(batch, x.back());
    if (replayed_stage_of)
      for (std::int64_t layer = 1; layer < layers_; ++layer)
        if (replayed_stage_of(layer) == replayed_stage_of(layer - 1))
          x[at(layer)] = forward(layer - 1, back[at(layer - 1)], x[at(layer - 1)]);
    Model result(at(layers_));
    for (std::int64_t layer = layers_ - 1; layer >= 0; --layer) {
      result[at(layer)] = by_weights(d, x[at(layer)]);
      if (layer == 0) break;
      // What the layer before puts out when it is replayed; its own stage's are so already.
      const Values y = replayed_stage_of ? forward(layer - 1, back[at(layer - 1)], x[at(layer - 1)])
                                         : x[at(layer)];
      d = by_inputs(back[at(layer)], d, y);
    }
    return result;
  }

 private:
  [[nodiscard]] std::int64_t samples() const { return problem_->setup->global_batch; }
  [[nodiscard]] std::size_t weight(std::int64_t out, std::int64_t in) const {
    return at(out * (width_ + 1) + in);
  }
  [[nodiscard]] std::size_t bias(std::int64_t out) const { return weight(out, width_); }

  const Problem* problem_;
  std::int64_t width_;
  std::int64_t layers_;
};

// The largest difference of any parameter.
inline double distance(const Model& a, const Model& b) {
  double most = 0;
  for (std::size_t layer = 0; layer < a.size(); ++layer)
    for (std::size_t i = 0; i < a[layer].size(); ++i)
      most = std::max(most, std::abs(a[layer][i] - b[layer][i]));
  return most;
}

}  // namespace lockstep::models::testing
