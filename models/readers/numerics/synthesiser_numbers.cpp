#include "models/readers/numerics/synthesiser_numbers.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "models/language/update_site.hpp"
#include "models/parts/stages/modules.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

constexpr std::uint64_t start_streams = std::uint64_t{6} << 48U;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

}  // namespace

void SynthesiserNumbers::make(std::int64_t layer, std::int64_t width) {
  width_ = width;
  depth_ = problem_->setup->options[synthesiser_depth_option];
  parameters_.assign(at(depth_ * layer_size()), 0.0F);
  gradients_ = parameters_;
  for (std::int64_t index = 0; index + 1 < depth_; ++index) {
    const auto own = std::span(parameters_).subspan(at(index * layer_size()), at(layer_size()));
    start_layer(own, {width, width}, Start::xavier,
                {problem_->setup->training.seed,
                 start_streams + static_cast<std::uint64_t>(layer * depth_ + index)});
  }
}

MatrixView SynthesiserNumbers::weights(std::vector<float>& values, std::int64_t index) const {
  return {values.data() + index * layer_size(), width_, width_, width_ + 1};
}

MatrixView SynthesiserNumbers::biases(std::vector<float>& values, std::int64_t index) const {
  return {values.data() + index * layer_size() + width_, width_, 1, width_ + 1};
}

MatrixView SynthesiserNumbers::matrix(std::vector<float>& values, std::int64_t samples) const {
  values.resize(at(samples * width_));
  return {values.data(), samples, width_, width_};
}

std::vector<float> SynthesiserNumbers::take(Place place) {
  auto found = inputs_.extract(place);
  check(!found.empty(), "a synthesiser did not predict for micro-batch {}", place.second);
  return std::move(found.mapped());
}

Count SynthesiserNumbers::compute(const Compute& compute, MatrixView outputs, MatrixView gradient) {
  if (depth_ == 0) make(compute.layer, gradient.columns);
  const std::int64_t index = compute.synthesiser_layer - 1;
  switch (compute.kind) {
    case ComputeKind::forward:
      forward(index, compute, outputs, gradient);
      break;
    case ComputeKind::backward_weight:
      backward_weight(index, compute, gradient);
      break;
    case ComputeKind::backward_input:
      backward_input(index, compute);
      break;
    case ComputeKind::reduce:
    case ComputeKind::update:
      check(false, "a product is not of this kind");
  }
  return Count{2} * compute.samples * width_ * width_;
}

void SynthesiserNumbers::forward(std::int64_t index, const Compute& compute, MatrixView outputs,
                                 MatrixView gradient) {
  std::vector<float>& own = inputs_[{index, compute.micro_batch}];
  if (index == 0) own.assign(outputs.values, outputs.values + outputs.rows * outputs.columns);
  const MatrixView inputs = matrix(own, compute.samples);
  const MatrixView result = matrix(inputs_[{index + 1, compute.micro_batch}], compute.samples);
  multiply_forward(inputs, weights(parameters_, index), result);
  add_biases(result, biases(parameters_, index));
  if (index + 1 < depth_)
    activate(result, problem_->activation);
  else
    std::copy(result.values, result.values + result.rows * result.columns, gradient.values);
}

void SynthesiserNumbers::backward_weight(std::int64_t index, const Compute& compute,
                                         MatrixView gradient) {
  const MatrixView back = matrix(back_, compute.samples);
  if (index + 1 == depth_) {
    const std::vector<float> predictions = take({depth_, compute.micro_batch});
    const auto samples = static_cast<float>(compute.samples);
    for (std::size_t i = 0; i < predictions.size(); ++i)
      back_[i] = (predictions[i] - gradient.values[i]) / samples;
  }
  const MatrixView inputs = matrix(inputs_[{index, compute.micro_batch}], compute.samples);
  multiply_backward_weight(back, inputs, weights(gradients_, index));
  sum_rows(back, biases(gradients_, index));
}

void SynthesiserNumbers::backward_input(std::int64_t index, const Compute& compute) {
  std::vector<float> own = take({index, compute.micro_batch});
  std::vector<float> result;
  const MatrixView before = matrix(result, compute.samples);
  multiply_backward_input(matrix(back_, compute.samples), weights(parameters_, index), before);
  if (index > 0) multiply_derivative(before, matrix(own, compute.samples), problem_->activation);
  back_ = std::move(result);
}

std::span<float> SynthesiserNumbers::state_of(void* self, int index, bool /*from_parameters*/) {
  auto& numbers = *static_cast<SynthesiserNumbers*>(self);
  std::vector<float>& values = numbers.states_[index];
  values.resize(numbers.parameters_.size(), 0.0F);
  return values;
}

void SynthesiserNumbers::update(const Update& update) {
  check(update.payload.count == static_cast<std::int64_t>(parameters_.size()),
        "a synthesiser is updated whole");
  UpdateSite site;
  site.setup = problem_->setup;
  site.payload = update.payload;
  site.parameters = parameters_;
  site.gradients = gradients_;
  site.number = ++updates_;
  site.memory = this;
  site.state_of = state_of;
  update.rule->step(site);
  std::fill(gradients_.begin(), gradients_.end(), 0.0F);
}

}  // namespace lockstep::models
