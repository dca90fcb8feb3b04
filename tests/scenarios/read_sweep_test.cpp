#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scenarios/sweep.hpp"
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
  CHECK(sweeping(R"({"/model/widht": [1, 2], "/training/iterations": [2, -5]})") ==
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
        Lines{"/sweep: has 1180591620717411303424 points, but the limit is 1000000"});
}

TEST_CASE("read_sweep: a command that does not sweep refuses the key") {
  LoadOptions options;
  options.sweep = SweepUse::refused;
  options.overrides = {{"/sweep", R"({"/model/width": [64]})"}};
  const auto scenario = parse_scenario(training_example, ".", options);
  REQUIRE_FALSE(scenario.ok());
  CHECK(scenario.faults() ==
        Faults{{"/sweep", "only `lockstep sweep` and `lockstep check` go through its points"}});
}

TEST_CASE("sweep: the last axis is the fastest, and zipped pointers move together") {
  const auto scenario = changed(training_example, {{"/sweep", R"({"/model/width": [64, 96],
                      "size": {"/model/layers": [1, 2, 3], "/training/iterations": [4, 5, 6]}})"}});
  REQUIRE(scenario.ok());
  const Sweep& sweep = scenario->sweep;
  CHECK(sweep.points() == 6);
  CHECK(sweep.label(0) == "width = 64, layers = 1, iterations = 4");
  CHECK(sweep.label(1) == "width = 64, layers = 2, iterations = 5");
  CHECK(sweep.label(5) == "width = 96, layers = 3, iterations = 6");
  CHECK(Sweep().points() == 1);
  CHECK(Sweep().label(0).empty());
}

TEST_CASE("read_sweep: zipped pointers have equally many values, and a pointer is swept once") {
  CHECK(
      sweeping(R"({"size": {"/model/layers": [1, 2, 3], "/model/width": [64, 96]}})") ==
      Lines{"/sweep/size: the values of pointers that move together must be equally many, found 3 "
            "of /model/layers and 2 of /model/width"});
  CHECK(sweeping(R"({"size": {}})") ==
        Lines{"/sweep/size: must be an object of at least one JSON pointer, found an object with 0 "
              "keys"});
  CHECK(sweeping(R"({"/model/width": [64], "size": {"/model/width": [64]}})") ==
        Lines{"/sweep/size/~1model~1width: is swept twice"});
  // What comes later replaces what came before.
  CHECK(
      sweeping(R"({"/model/width": [64], "/model": [{"layers": 4, "width": 96}]})") ==
      Lines{"/sweep/~1model: would replace /model/width, which is swept before it: put it first"});
  CHECK(sweeping(R"({"/model": [{"layers": 4, "width": 96}], "/model/width": [64]})").empty());
}

TEST_CASE("read_sweep: the values of an axis are of one type; a name may stand for an object") {
  CHECK(sweeping(R"({"/model/width": [64, "96"]})") ==
        Lines{"/sweep/~1model~1width/1: must be a number like the values before it, found "
              "\"96\""});
  CHECK(sweeping(R"({"/algorithm/overlap": [true, 1]})") ==
        Lines{"/sweep/~1algorithm~1overlap/1: must be true or false like the values before it, "
              "found 1"});
  CHECK(sweeping(R"({"/algorithm": ["sync_sgd", {"kind": "zero", "stage": 3}]})").empty());
}

TEST_CASE("read_sweep: an axis points at something that is there") {
  const Lines unknown = sweeping(R"({"/modell/width": [64, 96]})");
  CHECK(unknown == Lines{"/sweep/~1modell~1width: /modell: unknown key \"modell\"; did you mean "
                         "\"model\"?"});
  const auto of_list = [](const std::string& sweep) {
    LoadOptions options;
    options.overrides = {{"/algorithms", R"(["sync_sgd", "async_sgd"])"}, {"/sweep", sweep}};
    Json document = Json::parse(training_example);
    document.erase("algorithm");
    return faults_of(document.dump(), options);
  };
  CHECK(of_list(R"({"/algorithms/1/servers": [1, 2]})") ==
        Lines{R"(/sweep/~1algorithms~11~1servers: there is no "servers" in "async_sgd")"});
  CHECK(of_list(R"({"/algorithms/2/kind": ["zero"]})") ==
        Lines{"/sweep/~1algorithms~12~1kind: index 2 is past the end of a list of 2"});
  CHECK(of_list(R"({"/algorithms/-": ["zero"]})") ==
        Lines{R"(/sweep/~1algorithms~1-: "-" is not a list index)"});
}

TEST_CASE("read_sweep: an axis has a pointer that can be set, and values") {
  CHECK(sweeping(R"({"model": [1]})") ==
        Lines{R"(/sweep/model: "model" is not a JSON pointer such as "/training/iterations")"});
  CHECK(sweeping(R"({"/model/width/x": [1]})") ==
        Lines{R"(/sweep/~1model~1width~1x: there is no "x" in 64)"});
  CHECK(sweeping(R"({"/model/width": []})") ==
        Lines{"/sweep/~1model~1width: must be a list of at least one value, or a range, found a "
              "list of 0"});
  CHECK(sweeping(R"({"/model/width": 4})") ==
        Lines{"/sweep/~1model~1width: must be a list of at least one value, or a range, found 4"});
  CHECK(sweeping(R"({"/sweep/x": [1]})") ==
        Lines{"/sweep/~1sweep~1x: a sweep cannot sweep itself"});
  CHECK(sweeping("[]") ==
        Lines{"/sweep: must be an object of JSON pointers and lists of values, found a list of 0"});
}
