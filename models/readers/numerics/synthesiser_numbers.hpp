// The numbers of a module's synthesiser: a small network that predicts, from the module's outputs,
// the gradient of the loss with respect to them. Only synthetic gradients need one.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/operation.hpp"
#include "models/readers/numerics/problem.hpp"
#include "models/readers/numerics/products.hpp"

namespace lockstep::models {

// A synthesiser has square layers, which hold their parameters as the network's do, with the
// network's activation between them and none after the last. They start by Xavier, the last with
// zeros, so that the first predictions are zero. The loss is half the squared distance of the
// prediction from the gradient that came, a mean over samples.
class SynthesiserNumbers {
 public:
  explicit SynthesiserNumbers(const Problem& problem) : problem_(&problem) {}

  // Carries out a product and returns its FLOPs. `outputs` are the module's; `gradient` receives a
  // prediction, or holds the gradient that came.
  Count compute(const Compute& compute, MatrixView outputs, MatrixView gradient);
  void update(const Update& update);

 private:
  // The activations of a micro-batch before a layer of the synthesiser.
  using Place = std::pair<std::int64_t, std::int64_t>;  // layer, micro-batch

  void make(std::int64_t layer, std::int64_t width);
  [[nodiscard]] std::int64_t layer_size() const { return width_ * width_ + width_; }
  [[nodiscard]] MatrixView weights(std::vector<float>& values, std::int64_t index) const;
  [[nodiscard]] MatrixView biases(std::vector<float>& values, std::int64_t index) const;
  [[nodiscard]] MatrixView matrix(std::vector<float>& values, std::int64_t samples) const;
  // Takes out what was kept at `place`.
  [[nodiscard]] std::vector<float> take(Place place);
  void forward(std::int64_t index, const Compute& compute, MatrixView outputs, MatrixView gradient);
  void backward_weight(std::int64_t index, const Compute& compute, MatrixView gradient);
  void backward_input(std::int64_t index, const Compute& compute);

  // Gives `UpdateSite` the optimizer's state, all of which is kept from one update to the next.
  static std::span<float> state_of(void* self, int index, bool from_parameters);

  const Problem* problem_;
  std::int64_t updates_ = 0;
  std::map<int, std::vector<float>> states_;
  std::int64_t depth_ = 0;
  std::int64_t width_ = 0;
  std::vector<float> parameters_;
  std::vector<float> gradients_;
  std::map<Place, std::vector<float>> inputs_;  // and, after the last layer, predictions
  std::vector<float> back_;                     // the gradient with respect to a layer's outputs
};

}  // namespace lockstep::models
