#include <doctest/doctest.h>

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

TEST_CASE("read_sweep: an axis has a pointer that can be set, and values") {
  CHECK(sweeping(R"({"model": [1]})") ==
        Lines{R"(/sweep/model: "model" is no JSON pointer, as "/training/iterations")"});
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
