// What is learned: the network that is computed, its starting parameters and its data. All ranks of
// a run share it; nothing changes once it is made, so threads may share it too.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/data/batches.hpp"
#include "models/data/dataset.hpp"
#include "models/language/numerics.hpp"
#include "models/language/setup.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

// A layer holds, output by output, the weights of all its inputs and the bias: the columns that
// compression.hpp counts. Between layers comes the activation; the last layer's first `classes`
// outputs go through a softmax, and the loss is the mean cross entropy.
struct Problem {
  const Setup* setup = nullptr;  // `setup->mlp` is the network that is computed
  Activation activation = Activation::tanh;
  std::shared_ptr<const DividedData> data;  // as wide as the first layer
  Batches row;                    // an endless row of samples: its mini-batch k is sample k
  std::vector<float> start;       // parameters of all layers
  std::int64_t first_sample = 0;  // the run's first in the row

  [[nodiscard]] std::int64_t sample_at(std::int64_t place) const {
    std::int64_t index = 0;
    row.fill(0, first_sample + place, {&index, 1});
    return index;
  }
};

// Gives a layer the weights that layers of the network have at first; leaves its biases alone.
void start_layer(std::span<float> layer, LayerShape shape, Start start, sim::RandomStream random);
// Makes the problem of a run. `setup` must compute `numerics.mlp`.
[[nodiscard]] Problem problem_of(const Setup& setup, const Numerics& numerics,
                                 std::shared_ptr<const DividedData> data);

}  // namespace lockstep::models
