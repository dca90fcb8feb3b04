// Samples with their labels, and how they are divided into those to learn from and those to test
// on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::models {

struct Dataset {
  std::int64_t inputs = 0;
  std::int64_t classes = 0;
  std::vector<float> features;       // row-major: samples x inputs
  std::vector<std::int32_t> labels;  // of each sample, in 0 .. classes-1

  [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(labels.size()); }
  [[nodiscard]] std::span<const float> sample(std::int64_t index) const {
    const auto row = static_cast<std::size_t>(inputs);
    return std::span(features).subspan(static_cast<std::size_t>(index) * row, row);
  }
};

struct DividedData {
  Dataset training;
  Dataset held_out;
};

// How many of `samples` the fraction `held_out` is, to the nearest.
[[nodiscard]] std::int64_t held_out_count(std::int64_t samples, double held_out);

// A random choice of `held_out_count` samples, by the seed, apart from the rest.
[[nodiscard]] DividedData divide(const Dataset& all, double held_out, std::uint64_t seed);

// The same samples with zeros after their features, so that there are `width` inputs. `width` must
// not be less than the inputs that there are.
[[nodiscard]] Dataset padded(const Dataset& data, std::int64_t width);

}  // namespace lockstep::models
