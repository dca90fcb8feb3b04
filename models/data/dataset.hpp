// Samples with their labels, and their division into samples for training and held-out samples for
// testing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::models {

struct Dataset {
  std::int64_t inputs = 0;
  std::int64_t classes = 0;
  std::vector<float> features;       // row-major: samples x inputs
  std::vector<std::int32_t> labels;  // one per sample, in 0 .. classes-1

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

// Returns the fraction `held_out` of `samples`, rounded to the nearest integer.
[[nodiscard]] std::int64_t held_out_count(std::int64_t samples, double held_out);

// Separates `held_out_count` samples, chosen at random by the seed, from the rest.
[[nodiscard]] DividedData divide(const Dataset& all, double held_out, std::uint64_t seed);

// Returns the samples with zeros appended to their features, so that there are `width` inputs.
// `width` must not be less than the number of inputs in `data`.
[[nodiscard]] Dataset padded(const Dataset& data, std::int64_t width);

}  // namespace lockstep::models
