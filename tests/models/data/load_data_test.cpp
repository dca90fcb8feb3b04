#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "models/data/data_kind.hpp"

using namespace lockstep;
using namespace lockstep::models;

namespace {

DataSpec digits(double held_out = 0.2) {
  DataSpec spec;
  spec.kind = find_data_kind("digits");
  spec.held_out = held_out;
  return spec;
}

Faults faults_of(const DataSpec& spec, const Mlp& computed) {
  const auto data = load_data(spec, computed);
  return data ? Faults{} : data.faults();
}

}  // namespace

TEST_CASE("data_kind: each has a name of its own, and words") {
  std::set<std::string_view> kinds;
  for (const DataKind* kind : data_kinds()) {
    CHECK(kinds.insert(kind->kind).second);
    CHECK(find_data_kind(kind->kind) == kind);
    CHECK(!kind->summary.empty());
    CHECK(!kind->source.empty());
  }
  CHECK(find_data_kind("letters") == nullptr);
}

TEST_CASE("load_data: narrower samples are padded to the first layer") {
  const auto data = load_data(digits(), {.layers = 2, .width = 70});
  REQUIRE(data.ok());
  // A fifth of 1,797 is 359.4.
  CHECK(data->held_out.samples() == 359);
  CHECK(data->training.samples() == 1438);
  CHECK(data->training.inputs == 70);
  CHECK(data->held_out.inputs == 70);
  const std::span<const float> sample = data->training.sample(5);
  CHECK(std::all_of(sample.begin() + 64, sample.end(), [](float pixel) { return pixel == 0; }));
  CHECK(std::any_of(sample.begin(), sample.begin() + 64, [](float pixel) { return pixel != 0; }));
}

TEST_CASE("load_data: the network has room for inputs and classes") {
  CHECK(faults_of(digits(), {.layers = 2, .width = 64}).empty());
  CHECK(faults_of(digits(), {.layers = 2, .width = 9}) ==
        Faults{{"/data", "must have at most 9 inputs, as the computed network has, found 64"},
               {"/data", "must have at most 9 classes, as the computed network has, found 10"}});
  const Mlp tapered{.layers = 2, .shapes = {{64, 32}, {32, 10}}};
  CHECK(faults_of(digits(), tapered).empty());
}

TEST_CASE("load_data: both parts have samples") {
  // 0.0002 x 1797 = 0.36, and 0.9999 x 1797 = 1796.8.
  CHECK(faults_of(digits(0.0002), {.layers = 1, .width = 64}) ==
        Faults{{"/data/held_out",
                "must hold out at least one of the 1797 samples and leave at least one for "
                "training, found 0.0002"}});
  CHECK(faults_of(digits(0.9999), {.layers = 1, .width = 64}).size() == 1);
}
