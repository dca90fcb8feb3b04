#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scenarios/sweep_points.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines sweeping(const std::string& sweep) {
  return faults_of(training_example, {{"/sweep", sweep}});
}

}  // namespace

TEST_CASE("read_sweep: axes over what is there, or can be set, are kept") {
  const std::string sweep =
      R"({"/model/width":[64,128],"/algorithm/overlap":[true],"/cluster/device/memory":["1 GB"]})";
  const auto scenario = changed(training_example, {{"/sweep", sweep}});
  REQUIRE(scenario.ok());
  CHECK(scenario->resolved["sweep"].dump() == sweep);
}

TEST_CASE("read_sweep: every point must be a scenario, and its fault stands at the value") {
  CHECK(sweeping(R"({"/model/widht": [1, "x"], "/training/iterations": [2, -5]})") ==
        Lines{"/sweep/~1model~1widht: unknown key \"widht\"; did you mean \"width\"?",
              "/sweep/~1training~1iterations/1: must be at least 1, found -5"});
  CHECK(sweeping(
            R"({"/cluster/topology": [{"kind": "star", "hosts": 0, "link": "ethernet_10g"}]})") ==
        Lines{"/sweep/~1cluster~1topology/0: /hosts: must be at least 1, found 0"});
  // Settable in the scenario as it is, and not where the other axis has put a text.
  CHECK(sweeping(R"({"/algorithm": ["sync_sgd"], "/algorithm/label": ["a"]})") ==
        Lines{R"(/sweep/~1algorithm~1label: there is no "label" in "sync_sgd")"});
}

TEST_CASE("read_sweep: what several axes set together is a fault of the sweep") {
  // A stage a host, and no more stages than layers: 8 of 4 layers are too many.
  const Lines lines =
      faults_of(training_example,
                {{"/algorithm", R"({"kind": "gpipe", "micro_batches": 1})"},
                 {"/model/layers", "8"},
                 {"/cluster/topology/hosts", "4"},
                 {"/sweep", R"({"/model/layers": [4, 8], "/cluster/topology/hosts": [4, 8]})"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("/sweep: at /model/layers = 4, /cluster/topology/hosts = 8: "));
}

TEST_CASE("read_sweep: more points than anybody goes through are refused with their number") {
  std::string sweep;
  for (int axis = 0; axis < 70; ++axis)
    sweep += fmt::format("{}\"/algorithm/x{}\": [1, 2]", axis == 0 ? "" : ", ", axis);
  // 2^70
  CHECK(sweeping("{" + sweep + "}") ==
        Lines{"/sweep: has 1180591620717411303424 points, but the limit is 10000"});
}

TEST_CASE("read_sweep: a command that does not sweep refuses the key") {
  LoadOptions options;
  options.sweep = SweepUse::refused;
  options.overrides = {{"/sweep", R"({"/model/width": [64]})"}};
  const auto scenario = parse_scenario(training_example, ".", options);
  REQUIRE_FALSE(scenario.ok());
  CHECK(scenario.faults() == Faults{{"/sweep", "only `lockstep check` runs sweeps"}});
}

TEST_CASE("sweep_points: the last axis is the fastest") {
  const Json sweep = Json::parse(R"({"/a": [1, 2], "/b": [1, 2, 3]})");
  CHECK(number_of_points(sweep) == 6);
  using Indices = std::vector<std::size_t>;
  CHECK(indices_of_point(sweep, 0) == Indices{0, 0});
  CHECK(indices_of_point(sweep, 1) == Indices{0, 1});
  CHECK(indices_of_point(sweep, 5) == Indices{1, 2});
}

TEST_CASE("read_sweep: an axis has a pointer that can be set, and values") {
  CHECK(sweeping(R"({"model": [1]})") ==
        Lines{R"(/sweep/model: "model" is not a JSON pointer such as "/training/iterations")"});
  CHECK(sweeping(R"({"/model/width/x": [1]})") ==
        Lines{R"(/sweep/~1model~1width~1x: there is no "x" in 64)"});
  CHECK(sweeping(R"({"/model/width": []})") ==
        Lines{"/sweep/~1model~1width: must be a list of at least one value, found a list of 0"});
  CHECK(sweeping(R"({"/model/width": 4})") ==
        Lines{"/sweep/~1model~1width: must be a list of at least one value, found 4"});
  CHECK(sweeping(R"({"/sweep/x": [1]})") ==
        Lines{"/sweep/~1sweep~1x: a sweep cannot sweep itself"});
  CHECK(sweeping("[]") ==
        Lines{"/sweep: must be an object of JSON pointers and lists of values, found a list of 0"});
}
