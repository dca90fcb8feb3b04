// The numbers of a module's synthesiser: a small network that predicts the gradient of the loss by
// what the module puts out. Only synthetic gradients need one.
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

// Square layers, which hold their parameters as the network's do; between them the network's
// activation, after the last none. They start by Xavier, the last with zeros: the first
// predictions are zero. It learns by half the squared distance of its prediction from
// the gradient that came, a mean over samples.
class SynthesiserNumbers {
 public:
  explicit SynthesiserNumbers(const Problem& problem) : problem_(&problem) {}

  // Carries a product out; `outputs` are the module's, and `gradient` is where a prediction goes
  // and the gradient that came stands. Returns its FLOPs.
  Count compute(const Compute& compute, MatrixView outputs, MatrixView gradient);
  void update(const Update& update);

 private:
  // Of the samples of a micro-batch, before a layer of the synthesiser.
  using Place = std::pair<std::int64_t, std::int64_t>;  // layer, micro-batch

  void make(std::int64_t layer, std::int64_t width);
  [[nodiscard]] std::int64_t layer_size() const { return width_ * width_ + width_; }
  [[nodiscard]] MatrixView weights(std::vector<float>& values, std::int64_t index) const;
  [[nodiscard]] MatrixView biases(std::vector<float>& values, std::int64_t index) const;
  [[nodiscard]] MatrixView matrix(std::vector<float>& values, std::int64_t samples) const;
  // What was kept there, for the last time.
  [[nodiscard]] std::vector<float> take(Place place);
  void forward(std::int64_t index, const Compute& compute, MatrixView outputs, MatrixView gradient);
  void backward_weight(std::int64_t index, const Compute& compute, MatrixView gradient);
  void backward_input(std::int64_t index, const Compute& compute);

  // For `UpdateSite`: what the optimizer keeps, all of it from one update to the next.
  static std::span<float> state_of(void* self, int index, bool from_parameters);

  const Problem* problem_;
  std::int64_t updates_ = 0;
  std::map<int, std::vector<float>> states_;
  std::int64_t depth_ = 0;
  std::int64_t width_ = 0;
  std::vector<float> parameters_;
  std::vector<float> gradients_;
  std::map<Place, std::vector<float>> inputs_;  // and, after the last layer, predictions
  std::vector<float> back_;                     // the gradient by the outputs of a layer
};

}  // namespace lockstep::models
