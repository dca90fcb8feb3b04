#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/data/data_kind.hpp"

using namespace lockstep::models;

namespace {

DataSpec spec_of(std::initializer_list<std::pair<const char*, OptionValue>> values = {}) {
  DataSpec spec;
  spec.kind = find_data_kind("teacher");
  spec.options = Options(spec.kind->options);
  for (const auto& [name, value] : values) spec.options.set(name, value);
  return spec;
}

Dataset load(const DataSpec& spec) {
  const auto data = spec.kind->load(spec);
  REQUIRE(data.ok());
  return *data;
}

// Of the rarest class.
std::int64_t fewest(const Dataset& data) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(data.classes));
  for (const std::int32_t label : data.labels) ++counts.at(static_cast<std::size_t>(label));
  return std::ranges::min(counts);
}

}  // namespace

TEST_CASE("teacher: by default 4,096 samples of 64 inputs in 10 classes") {
  const Dataset data = load(spec_of());
  CHECK(data.samples() == 4096);
  CHECK(data.inputs == 64);
  CHECK(data.classes == 10);
  CHECK(data.features.size() == 4096 * 64);
  // The mean of 262,144 normal numbers has standard deviation 1/512, that of their squares
  // sqrt(2)/512.
  double sum = 0;
  double squares = 0;
  for (const float feature : data.features) {
    sum += feature;
    squares += static_cast<double>(feature) * feature;
  }
  CHECK(std::abs(sum / 262'144) < 0.01);
  CHECK(std::abs(squares / 262'144 - 1) < 0.014);
}

TEST_CASE("teacher: every class is there, whatever the seed, the depth and the width") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5})
    for (const std::int64_t layers : {1, 2, 4, 8})
      for (const std::int64_t inputs : {16, 32, 64}) {
        CAPTURE(seed);
        CAPTURE(layers);
        CAPTURE(inputs);
        DataSpec spec = spec_of({{"layers", layers}, {"inputs", inputs}, {"samples", 2000L}});
        spec.seed = seed;
        // 200 of each if all were equally likely.
        CHECK(fewest(load(spec)) >= (inputs == 64 ? 50 : 1));
      }
}

TEST_CASE("teacher: the seed decides, and more samples begin with the fewer ones") {
  const Dataset few = load(spec_of({{"samples", 10L}, {"inputs", 8L}}));
  const Dataset many = load(spec_of({{"samples", 20L}, {"inputs", 8L}}));
  CHECK(std::equal(few.features.begin(), few.features.end(), many.features.begin()));
  CHECK(std::equal(few.labels.begin(), few.labels.end(), many.labels.begin()));
  DataSpec other = spec_of({{"samples", 10L}, {"inputs", 8L}});
  other.seed = 2;
  CHECK(load(other).features != few.features);
}

TEST_CASE("teacher: noise changes labels, and features never") {
  const Dataset clean = load(spec_of());
  const Dataset noisy = load(spec_of({{"noise", 0.25}}));
  const Dataset wrong = load(spec_of({{"noise", 1.0}}));
  CHECK(clean.features == noisy.features);
  std::int64_t flipped = 0;
  std::int64_t right = 0;
  for (std::size_t i = 0; i < clean.labels.size(); ++i) {
    flipped += clean.labels[i] != noisy.labels[i] ? 1 : 0;
    right += clean.labels[i] == wrong.labels[i] ? 1 : 0;
  }
  // A quarter of 4,096 is 1,024, with standard deviation sqrt(4096 x 1/4 x 3/4) = 28.
  CHECK(std::abs(flipped - 1024) < 139);
  CHECK(right == 0);
  CHECK(fewest(wrong) > 200);
}

TEST_CASE("teacher: features that would fill the memory are refused") {
  // 10^6 x 65,536 is more than 2^30.
  const DataSpec spec = spec_of({{"samples", 1'000'000L}, {"inputs", 65'536L}});
  const auto data = spec.kind->load(spec);
  REQUIRE(!data.ok());
  CHECK(data.faults() ==
        lockstep::Faults{{"/data",
                          "must have at most 1073741824 features, samples times inputs, found "
                          "65536000000"}});
}
