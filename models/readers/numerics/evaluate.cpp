#include "models/readers/numerics/evaluate.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "models/readers/numerics/layer_views.hpp"
#include "models/readers/numerics/matrix.hpp"
#include "models/readers/numerics/products.hpp"

namespace lockstep::models {

namespace {

Matrix outputs_of(const Problem& problem, std::span<float> parameters, Matrix inputs) {
  const Mlp& mlp = problem.setup->mlp;
  for (std::int32_t layer = 0; layer < mlp.layers; ++layer) {
    const Compute whole{.layer = layer};
    Matrix outputs = zeros(inputs.rows, mlp.shape(layer).outputs);
    multiply_forward(inputs.view(), weights_of(mlp, whole, parameters), outputs.view());
    add_biases(outputs.view(), biases_of(mlp, whole, parameters));
    if (layer + 1 < mlp.layers) activate(outputs.view(), problem.activation);
    inputs = std::move(outputs);
  }
  return inputs;
}

Losses losses_of(const Problem& problem, std::span<float> parameters, const Dataset& data,
                 std::int64_t samples) {
  Losses all;
  for (std::int64_t first = 0; first < samples; first += most_evaluated_at_once) {
    Matrix inputs = zeros(std::min(most_evaluated_at_once, samples - first), data.inputs);
    const auto from = data.features.begin() + first * data.inputs;
    std::copy(from, from + inputs.rows * data.inputs, inputs.values.begin());
    const std::span labels =
        std::span(data.labels)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(inputs.rows));
    Matrix outputs = outputs_of(problem, parameters, std::move(inputs));
    Matrix ignored = zeros(outputs.rows, outputs.columns);
    const Losses some = softmax_gradient(outputs.view(), labels, data.classes, 1, ignored.view());
    all.sum += some.sum;
    all.correct += some.correct;
  }
  return all;
}

}  // namespace

Quality evaluate(const Problem& problem, std::span<const float> parameters) {
  // A view does not say that products only read it.
  const std::span own(const_cast<float*>(parameters.data()), parameters.size());
  const Dataset& training = problem.data->training;
  const Dataset& held_out = problem.data->held_out;
  const std::int64_t samples = std::min(most_loss_samples, training.samples());
  return {losses_of(problem, own, training, samples).sum / static_cast<double>(samples),
          static_cast<double>(losses_of(problem, own, held_out, held_out.samples()).correct) /
              static_cast<double>(held_out.samples())};
}

}  // namespace lockstep::models
