#include "models/readers/numerics/problem.hpp"

#include <cmath>
#include <utility>

namespace lockstep::models {

namespace {

constexpr std::uint64_t start_streams = std::uint64_t{5} << 48U;

}  // namespace

void start_layer(std::span<float> layer, LayerShape shape, Start start, sim::RandomStream random) {
  const std::int64_t fan = start == Start::he ? shape.inputs : shape.inputs + shape.outputs;
  const double range = std::sqrt(6.0 / static_cast<double>(fan));
  const auto inputs = static_cast<std::size_t>(shape.inputs);
  for (; !layer.empty(); layer = layer.subspan(inputs + 1))
    for (float& weight : layer.first(inputs))
      weight = static_cast<float>(range * (2 * random.uniform() - 1));
}

Problem problem_of(const Setup& setup, const Numerics& numerics,
                   std::shared_ptr<const DividedData> data) {
  const Mlp& mlp = setup.mlp;
  const std::uint64_t seed = setup.training.seed;
  std::vector<float> parameters(static_cast<std::size_t>(mlp.parameters()), 0.0F);
  for (std::int64_t layer = 0; layer < mlp.layers; ++layer) {
    const auto first = static_cast<std::size_t>(mlp.parameters({0, layer}));
    const auto count = static_cast<std::size_t>(mlp.parameters_of_layer(layer));
    start_layer(std::span(parameters).subspan(first, count), mlp.shape(layer), numerics.start,
                {seed, start_streams + static_cast<std::uint64_t>(layer)});
  }
  Batches row(data->training.samples(), 1, 1, seed);
  return {.setup = &setup,
          .activation = numerics.activation,
          .data = std::move(data),
          .row = row,
          .start = std::move(parameters)};
}

}  // namespace lockstep::models
