#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scenarios/sweep.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// What a range over a number gives.
std::string values(const std::string& range,
                   const std::string& pointer = "/training/learning_rate") {
  const auto scenario =
      changed(training_example, {{"/sweep", "{\"" + pointer + "\": " + range + "}"}});
  REQUIRE(scenario.ok());
  return Json(scenario->sweep.axes().at(0).pointers.at(0).values).dump();
}

Lines faults(const std::string& range) {
  return faults_of(training_example, {{"/sweep", "{\"/model/width\": " + range + "}"}});
}

}  // namespace

TEST_CASE("sweep_range: by factors, and by steps, up to the end if it is met") {
  CHECK(values(R"({"from": 1, "to": 1024, "times": 4})", "/model/width") == "[1,4,16,64,256,1024]");
  CHECK(values(R"({"from": 1, "to": 100, "times": 4})", "/model/width") == "[1,4,16,64]");
  CHECK(values(R"({"from": 8, "to": 2, "step": -3})", "/model/width") == "[8,5,2]");
  CHECK(values(R"({"from": 1, "to": 0.001, "times": 0.1})") == "[1,0.1,0.01,0.001]");
  CHECK(values(R"({"from": 2, "to": 2, "step": 1})") == "[2]");
}

TEST_CASE("sweep_range: values have 15 digits, so that tenths are tenths") {
  // In doubles, 0.1 + 2 * 0.1 is 0.30000000000000004, and 1.1 * 1.1 is 1.2100000000000002.
  CHECK(values(R"({"from": 0.1, "to": 0.5, "step": 0.1})") == "[0.1,0.2,0.3,0.4,0.5]");
  CHECK(values(R"({"from": 1, "to": 1.4, "times": 1.1})") == "[1,1.1,1.21,1.331]");
}

TEST_CASE("sweep_range: ends with a unit give values with that unit") {
  const std::string pointer = "/cluster/topology/link/bandwidth";
  CHECK(values(R"({"from": "1 Gbit/s", "to": "100 Gbit/s", "times": 10})", pointer) ==
        R"(["1 Gbit/s","10 Gbit/s","100 Gbit/s"])");
  CHECK(values(R"({"from": "1 Gbit/s", "to": "2 Gbit/s", "step": "0.5 Gbit/s"})", pointer) ==
        R"(["1 Gbit/s","1.5 Gbit/s","2 Gbit/s"])");
}

TEST_CASE("sweep_range: what makes no range is said") {
  const std::string at = "/sweep/~1model~1width";
  CHECK(faults(R"({"from": 1, "to": 2})") == Lines{at + "/times: missing"});
  for (const char* number : {"nan Gbit/s", "inf Gbit/s"})
    CHECK(
        faults(fmt::format(R"({{"from": "1 Gbit/s", "to": "{}", "step": "1 Gbit/s"}})", number)) ==
        Lines{at + fmt::format("/to: must be a number, or a string with a number and a unit, found "
                               "\"{}\"",
                               number)});
  CHECK(faults(R"({"from": 1, "to": 2, "step": 1, "times": 2})") ==
        Lines{at + R"(/step: cannot be combined with "times")"});
  CHECK(faults(R"({"from": 1, "to": 8, "time": 2})") ==
        Lines{at + R"(/time: unknown key "time"; did you mean "times"?)", at + "/times: missing"});
  CHECK(faults(R"({"from": 1, "to": true, "step": 1})") ==
        Lines{at + "/to: must be a number, or a string with a number and a unit, found true"});
  CHECK(faults(R"({"from": "1 GB", "to": "2 MB", "step": "1 GB"})") ==
        Lines{at + R"(/to: must have the unit of "from", "GB", found "2 MB")"});
  CHECK(faults(R"({"from": 1, "to": 8, "step": 0})") ==
        Lines{at + "/step: must not be 0, found 0"});
  CHECK(faults(R"({"from": 1, "to": 8, "times": 1})") ==
        Lines{at + "/times: must be greater than 0, and not 1, found 1"});
  CHECK(faults(R"({"from": 0, "to": 8, "times": 2})") ==
        Lines{at + R"(/from: must be greater than 0 with "times", found 0)"});
  CHECK(faults(R"({"from": 1, "to": 8, "step": -1})") ==
        Lines{at + R"(/step: leads away from "to", found -1)"});
}

TEST_CASE("sweep_range: a range longer than any sweep is refused with its length") {
  CHECK(faults(R"({"from": 1, "to": 1e12, "step": 1})") ==
        Lines{"/sweep/~1model~1width: has 1000000000000 values, but the limit is 1000000"});
  CHECK(faults(R"({"from": 1, "to": 2, "step": 1e-20})") ==
        Lines{"/sweep/~1model~1width: moves by less than a number can hold"});
  // A million by a million points.
  const std::string axis = R"({"from": 1, "to": 1000000, "step": 1})";
  CHECK(faults_of(training_example, {{"/sweep", "{\"/model/width\": " + axis +
                                                    ", \"/training/seed\": " + axis + "}"}}) ==
        Lines{"/sweep: has 1000000000000 points, but the limit is 1000000"});
}
