#include "models/data/dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace lockstep::models;

namespace {

// Sample i has the features 2i and 2i + 1, and the label i % 3.
Dataset numbered(std::int64_t samples) {
  Dataset data{2, 3, {}, {}};
  for (std::int64_t i = 0; i < samples; ++i) {
    data.features.push_back(static_cast<float>(2 * i));
    data.features.push_back(static_cast<float>(2 * i + 1));
    data.labels.push_back(static_cast<std::int32_t>(i % 3));
  }
  return data;
}

// Which samples of `numbered` are in a part, after a look at all that belongs to each.
std::set<std::int64_t> numbers_in(const Dataset& part) {
  std::set<std::int64_t> numbers;
  for (std::int64_t i = 0; i < part.samples(); ++i) {
    const auto number = static_cast<std::int64_t>(part.sample(i)[0]) / 2;
    CHECK(part.sample(i)[1] == part.sample(i)[0] + 1);
    CHECK(part.labels[static_cast<std::size_t>(i)] == number % 3);
    numbers.insert(number);
  }
  return numbers;
}

}  // namespace

TEST_CASE("dataset: a division keeps every sample, in one part") {
  const DividedData divided = divide(numbered(101), 0.2, 1);
  // A fifth of 101 is 20.2.
  CHECK(divided.held_out.samples() == 20);
  CHECK(divided.training.samples() == 81);
  CHECK(divided.held_out.inputs == 2);
  CHECK(divided.training.classes == 3);
  std::set<std::int64_t> all = numbers_in(divided.held_out);
  CHECK(all.size() == 20);
  all.merge(numbers_in(divided.training));
  CHECK(all.size() == 101);
}

TEST_CASE("dataset: the seed chooses what is held out") {
  const std::set<std::int64_t> one = numbers_in(divide(numbered(101), 0.2, 1).held_out);
  CHECK(one == numbers_in(divide(numbered(101), 0.2, 1).held_out));
  CHECK(one != numbers_in(divide(numbered(101), 0.2, 2).held_out));
}

TEST_CASE("dataset: padding adds zeros after the features and nothing else") {
  const Dataset wide = padded(numbered(2), 4);
  CHECK(wide.inputs == 4);
  CHECK(wide.classes == 3);
  CHECK(wide.features == std::vector<float>{0, 1, 0, 0, 2, 3, 0, 0});
  CHECK(wide.labels == std::vector<std::int32_t>{0, 1});
  CHECK(padded(numbered(2), 2).features == numbered(2).features);
}
