#include <doctest/doctest.h>

#include "tests/cli/temporary_folder.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// Faults of the example with this `data`, read or not, and other changes.
Lines faults_with(const std::string& data, DataUse use, std::vector<Override> changes = {}) {
  LoadOptions options;
  options.overrides = std::move(changes);
  if (!data.empty()) options.overrides.push_back({"/data", data});
  options.data = use;
  return faults_of(training_example, options);
}

Lines unread(const std::string& data) { return faults_with(data, DataUse::unread); }
Lines required(const std::string& data, std::vector<Override> changes = {}) {
  return faults_with(data, DataUse::required, std::move(changes));
}

Scenario scenario_with(const std::string& data, DataUse use) {
  LoadOptions options;
  options.overrides = {{"/data", data}};
  options.data = use;
  auto scenario = parse_scenario(training_example, "/folder", options);
  REQUIRE(scenario.ok());
  return *scenario;
}

}  // namespace

TEST_CASE("read_data: a name stands for a kind with its defaults") {
  const Scenario scenario = scenario_with("digits", DataUse::unread);
  REQUIRE(scenario.data);
  CHECK(scenario.data->kind == models::find_data_kind("digits"));
  CHECK(scenario.data->held_out == 0.2);
  CHECK(scenario.data->seed == 7);  // that of the training
  CHECK(scenario.data->folder == "/folder");
  CHECK(scenario.resolved["data"] == Json{{"kind", "digits"}, {"held_out", 0.2}});
}

TEST_CASE("read_data: an object sets options, and the resolved copy has them all") {
  const Scenario scenario = scenario_with(
      R"({"kind": "teacher", "held_out": 0.5, "samples": 100, "noise": 0.1})", DataUse::unread);
  CHECK(scenario.resolved["data"] == Json{{"kind", "teacher"},
                                          {"held_out", 0.5},
                                          {"samples", 100},
                                          {"inputs", 64},
                                          {"classes", 10},
                                          {"layers", 2},
                                          {"noise", 0.1}});
  CHECK(scenario.data->options.all().at("samples") == models::OptionValue{std::int64_t{100}});
}

TEST_CASE("read_data: a scenario without data has none in its resolved copy") {
  const auto scenario = parse_scenario(training_example, ".");
  REQUIRE(scenario.ok());
  CHECK_FALSE(scenario->data);
  CHECK_FALSE(scenario->resolved.contains("data"));
  CHECK_FALSE(scenario->resolved.contains("numerics"));
}

TEST_CASE("read_data: samples are read where they are asked for") {
  CHECK(scenario_with("digits", DataUse::unread).samples == nullptr);
  const Scenario scenario = scenario_with("digits", DataUse::if_given);
  REQUIRE(scenario.samples != nullptr);
  CHECK(scenario.samples->training.samples() == 1438);
  CHECK(scenario.samples->held_out.samples() == 359);
  CHECK(scenario.samples->training.inputs == 64);
}

TEST_CASE("read_data: without data, only a command that computes numbers complains") {
  CHECK(faults_with("", DataUse::unread).empty());
  CHECK(faults_with("", DataUse::if_given).empty());
  CHECK(required("") == Lines{"/data: missing"});
}

TEST_CASE("read_data: kinds, keys and options that nobody knows") {
  CHECK(unread("digist") == Lines{R"(/data: unknown data "digist"; did you mean "digits"?)"});
  CHECK(unread(R"({"kind": "ixd"})") ==
        Lines{R"(/data/kind: unknown data "ixd"; did you mean "idx"?)"});
  CHECK(unread("{}") == Lines{"/data/kind: missing"});
  CHECK(unread("3") == Lines{"/data: must be an object, found 3"});
  CHECK(unread(R"({"kind": "digits", "heldout": 0.1})") ==
        Lines{R"(/data/heldout: unknown key "heldout"; did you mean "held_out"?)"});
  CHECK(unread(R"({"kind": "digits", "noise": 0.1})") ==
        Lines{R"(/data/noise: "noise" is an option of teacher, not of digits)"});
}

TEST_CASE("read_data: options have their ranges, and idx its files") {
  CHECK(unread(R"({"kind": "teacher", "classes": 1, "noise": 2, "held_out": 0})") ==
        Lines{"/data/classes: must be at least 2, found 1",
              "/data/noise: must be at most 1, found 2",
              "/data/held_out: must be greater than 0, found 0"});
  CHECK(unread(R"({"kind": "digits", "held_out": 1})") ==
        Lines{"/data/held_out: must be less than 1, found 1"});
  CHECK(unread("idx") == Lines{"/data/images: missing", "/data/labels: missing"});
  CHECK(unread(R"({"kind": "idx", "images": "", "labels": 5})") ==
        Lines{"/data/images: must not be empty", "/data/labels: must be a string, found 5"});
}

TEST_CASE("read_data: commands that compute no numbers do without the files") {
  const std::string data = R"({"kind": "idx", "images": "a", "labels": "b"})";
  CHECK(unread(data).empty());
  CHECK(required(data) == Lines{"/data/images: cannot read \"a\": there is no such file",
                                "/data/labels: cannot read \"b\": there is no such file"});
}

TEST_CASE("read_data: files are looked for in the scenario's folder") {
  const cli::testing::TemporaryFolder folder;
  // One image of 1 x 1, and one label, 0.
  folder.write("images", std::string("\0\0\x08\x03\0\0\0\1\0\0\0\1\0\0\0\1\xff", 17));
  folder.write("labels", std::string("\0\0\x08\x01\0\0\0\1\0", 9));
  LoadOptions options;
  options.overrides = {{"/data", R"({"kind": "idx", "images": "images", "labels": "labels"})"}};
  options.data = DataUse::required;
  const auto scenario = parse_scenario(training_example, folder.path(), options);
  REQUIRE(!scenario.ok());
  // Read, that is: one sample cannot be divided.
  CHECK(scenario.faults() == Faults{{"/data/held_out",
                                     "must hold out at least one of the 1 samples and leave at "
                                     "least one for training, found 0.2"}});
}

TEST_CASE("read_data: the network has room for inputs and classes") {
  CHECK(required("digits").empty());
  CHECK(required("digits", {{"/model/width", "8"}}) ==
        Lines{"/data: must have at most 8 inputs, as the computed network has, found 64",
              "/data: must have at most 8 classes, as the computed network has, found 10"});
  // The computed network counts, not the costed one.
  CHECK(required("digits", {{"/model/width", "8"}, {"/numerics", R"({"width": 64})"}}).empty());
}

TEST_CASE("read_data: faults of the data come with all others") {
  CHECK(required("digist", {{"/training/iterations", "0"}}) ==
        Lines{"/training/iterations: must be at least 1, found 0",
              R"(/data: unknown data "digist"; did you mean "digits"?)"});
}

TEST_CASE("read_data: raw flows learn nothing") {
  CHECK(faults_of(traffic_example, {{"/data", "digits"}, {"/numerics", "{}"}}) ==
        Lines{R"(/data: cannot be combined with "traffic")",
              R"(/numerics: cannot be combined with "traffic")"});
}

TEST_CASE("read_data: the resolved copy reads as itself") {
  const Scenario scenario = scenario_with("teacher", DataUse::unread);
  const auto again = parse_scenario(scenario.resolved.dump(), "/folder");
  REQUIRE(again.ok());
  CHECK(again->resolved == scenario.resolved);
}
