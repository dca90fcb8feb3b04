#include "scenarios/overrides.hpp"

#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

struct Outcome {
  std::string document;
  Faults faults;
};

Outcome apply(std::string_view text, const Override& change) {
  Json document = Json::parse(text);
  LoadOptions options;
  options.overrides = {change};
  FaultList faults;
  apply_overrides(document, options, faults);
  return {document.dump(), faults.in_file_order(document)};
}

}  // namespace

TEST_CASE("overrides: a value is JSON if it reads as JSON, and a string otherwise") {
  CHECK(apply("{}", {"/a", "20"}).document == R"({"a":20})");
  CHECK(apply("{}", {"/a", "[1, {}]"}).document == R"({"a":[1,{}]})");
  CHECK(apply("{}", {"/a", "10 Gbit/s"}).document == R"({"a":"10 Gbit/s"})");
  CHECK(apply("{}", {"/a", ""}).document == R"({"a":""})");
  CHECK(apply("{}", {"/a", "1e400"}).document == R"({"a":"1e400"})");
}

TEST_CASE("overrides: a seed that a sweep replaces, and an axis given twice, are refused") {
  const auto faults_of = [](const char* text, const LoadOptions& options) {
    Json document = Json::parse(text);
    FaultList faults;
    apply_overrides(document, options, faults);
    Lines lines;
    for (const Fault& fault : faults.in_file_order(document))
      lines.push_back(fault.pointer + ": " + fault.message);
    return lines;
  };
  LoadOptions seed;
  seed.seed = 7;
  const Lines without_effect = {
      "/training/seed: --seed: has no effect: the scenario's sweep gives other values"};
  CHECK(faults_of(R"({"training": {}, "sweep": {"/training/seed": [1, 2]}})", seed) ==
        without_effect);
  CHECK(
      faults_of(R"({"training": {}, "sweep": {"both": {"/a": [1, 2], "/training/seed": [1, 2]}}})",
                seed) == without_effect);
  CHECK(faults_of(R"({"training": {}, "sweep": {"/a": [1, 2]}})", seed).empty());
  LoadOptions twice;
  twice.axes = {{"/a", "1,2"}, {"/b", "1,2"}, {"/a", "3,4"}};
  CHECK(faults_of(R"({"a": 1})", twice) == Lines{"/sweep: --sweep: /a is swept twice"});
}

TEST_CASE("overrides: missing objects on the way are made") {
  CHECK(apply(R"({"a":{"x":1}})", {"/a/b/c", "2"}).document == R"({"a":{"x":1,"b":{"c":2}}})");
  CHECK(apply("{}", {"/x~1y/~0", "2"}).document == R"({"x/y":{"~":2}})");
}

TEST_CASE("overrides: lists take an index that is there, and one past the end") {
  CHECK(apply("[1,2]", {"/0", "9"}).document == "[9,2]");
  CHECK(apply("[1,2]", {"/2", "9"}).document == "[1,2,9]");
  CHECK(apply("[1,2]", {"/-/k", "9"}).document == R"([1,2,{"k":9}])");
}

TEST_CASE("overrides: a pointer that cannot be set is a fault, and changes nothing") {
  const auto fault = [](std::string_view text, const Override& change) {
    const Outcome outcome = apply(text, change);
    CHECK(outcome.document == Json::parse(text).dump());
    return outcome.faults.at(0);
  };
  CHECK(fault("{}", {"a", "1"}) ==
        Fault{"a", R"(--set: "a" is not a JSON pointer such as "/training/iterations")"});
  CHECK(fault("{}", {"", "1"}) ==
        Fault{"", R"(--set: "" is not a JSON pointer such as "/training/iterations")"});
  CHECK(fault("[1,2]", {"/3", "1"}) ==
        Fault{"/3", "--set: index 3 is past the end of a list of 2"});
  CHECK(fault("[1,2]", {"/01", "1"}) == Fault{"/01", R"(--set: "01" is not a list index)"});
  CHECK(fault(R"({"a":5})", {"/a/b", "1"}) == Fault{"/a/b", R"(--set: there is no "b" in 5)"});
  CHECK(fault("{}", {"/a", "\xFF"}) == Fault{"", "--set: not UTF-8"});
  std::string deep;
  for (int i = 0; i < 65; ++i) deep += "/a";
  CHECK(fault("{}", {deep, "1"}).message == "--set: the pointer has more than 64 levels");
}

TEST_CASE("overrides: they come before the checks, the last one wins, and the seed after all") {
  LoadOptions options;
  options.overrides = {
      {"/training/iterations", "5"}, {"/training/iterations", "6"}, {"/training/seed", "8"}};
  options.seed = 18446744073709551615U;
  const auto scenario = parse_scenario(training_example, ".", options);
  REQUIRE(scenario.ok());
  CHECK(scenario->training.iterations == 6);
  CHECK(scenario->training.seed == 18446744073709551615U);
  CHECK(scenario->resolved["training"]["seed"] == 18446744073709551615U);
}

TEST_CASE("overrides: a seed is no fault where nothing is trained") {
  LoadOptions options;
  options.seed = 3;
  CHECK(faults_of(traffic_example, options).empty());
}
