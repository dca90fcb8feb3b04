#include "models/data/dataset.hpp"

#include <algorithm>
#include <cmath>

#include "models/data/shuffle.hpp"
#include "models/data/streams.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

std::int64_t held_out_count(std::int64_t samples, double held_out) {
  return std::llround(static_cast<double>(samples) * held_out);
}

DividedData divide(const Dataset& all, double held_out, std::uint64_t seed) {
  DividedData divided;
  for (Dataset* part : {&divided.training, &divided.held_out}) {
    part->inputs = all.inputs;
    part->classes = all.classes;
  }
  const std::int64_t samples = all.samples();
  if (samples == 0) return divided;
  const Shuffle shuffle(samples, seed, held_out_stream);
  const std::int64_t first_training = held_out_count(samples, held_out);
  for (std::int64_t place = 0; place < samples; ++place) {
    Dataset& part = place < first_training ? divided.held_out : divided.training;
    const std::int64_t index = shuffle(place);
    const std::span<const float> sample = all.sample(index);
    part.features.insert(part.features.end(), sample.begin(), sample.end());
    part.labels.push_back(all.labels[static_cast<std::size_t>(index)]);
  }
  return divided;
}

Dataset padded(const Dataset& data, std::int64_t width) {
  check(width >= data.inputs, "{} inputs cannot be padded to {}", data.inputs, width);
  Dataset wide{width, data.classes, {}, data.labels};
  wide.features.resize(static_cast<std::size_t>(data.samples() * width));
  auto row = wide.features.begin();
  for (std::int64_t index = 0; index < data.samples(); ++index, row += width)
    std::ranges::copy(data.sample(index), row);
  return wide;
}

}  // namespace lockstep::models
