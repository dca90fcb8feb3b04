#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines with(std::initializer_list<Override> changes) { return faults_of(training_example, changes); }

// The example with a list of algorithms in place of its one.
std::string comparing(const std::string& algorithms) {
  Json document = Json::parse(training_example);
  document.erase("algorithm");
  document["algorithms"] = Json::parse(algorithms);
  return document.dump();
}

}  // namespace

TEST_CASE("read_algorithms: options are those that the kind declares") {
  CHECK(with({{"/algorithm/kind", "sync_sdg"}}) ==
        Lines{R"(/algorithm/kind: unknown algorithm "sync_sdg"; did you mean "sync_sgd"?)"});
  CHECK(with({{"/algorithm/alreduce", "ring"}}) ==
        Lines{R"(/algorithm/alreduce: unknown key "alreduce"; did you mean "allreduce"?)"});
  CHECK(
      with({{"/algorithm/micro_batches", "2"}}) ==
      Lines{R"(/algorithm/micro_batches: "micro_batches" is an option of gpipe, not of sync_sgd)"});
  CHECK(with({{"/algorithm", "gpiep"}}) ==
        Lines{R"(/algorithm: unknown algorithm "gpiep"; did you mean "gpipe"?)"});
  CHECK(with({{"/algorithm", "5"}}) == Lines{"/algorithm: must be an object, found 5"});
}

TEST_CASE("read_algorithms: options have the type and range that is declared") {
  CHECK(with({{"/algorithm/overlap", "1"},
              {"/algorithm/bucket_bytes", "25 MiBs"},
              {"/algorithm/servers", "0"},
              {"/algorithm/placement", "7"},
              {"/algorithm/label", ""}}) ==
        Lines{"/algorithm/overlap: must be true or false, found 1",
              R"(/algorithm/bucket_bytes: unknown unit "MiBs"; did you mean "MiB"?)",
              "/algorithm/servers: must be at least 1, found 0",
              "/algorithm/placement: must be a string, found 7",
              "/algorithm/label: must not be empty"});
  CHECK(with({{"/algorithm/bucket_bytes", "-1"}}) ==
        Lines{"/algorithm/bucket_bytes: must be at least 0, found -1"});
}

TEST_CASE("read_algorithms: a label that is no text is one fault") {
  CHECK(with({{"/algorithm/label", "5"}}) == Lines{"/algorithm/label: must be a string, found 5"});
}

TEST_CASE("read_algorithms: bytes are whole") {
  CHECK(with({{"/algorithm/bucket_bytes", "1.5"}}) ==
        Lines{"/algorithm/bucket_bytes: must be a whole number of bytes, found 1.5"});
  CHECK(with({{"/algorithm/bucket_bytes", "12 bit"}}) ==
        Lines{R"(/algorithm/bucket_bytes: must be a whole number of bytes, found "12 bit")"});
  CHECK(with({{"/algorithm/bucket_bytes", "0.5 KiB"}}).empty());
}

TEST_CASE("read_algorithms: every kind loads by its name alone, with all its options") {
  for (const models::Algorithm* algorithm : models::algorithms()) {
    CAPTURE(algorithm->kind);
    const auto scenario =
        changed(training_example,
                {{"/algorithm", std::string(algorithm->kind)},
                 {"/model/layers", "8"},
                 {"/cluster/topology/kind", algorithm->shared_memory ? "shared_memory" : "star"}});
    REQUIRE(scenario.ok());
    CHECK(scenario->runs.at(0).algorithm == algorithm);
    for (const models::OptionSpec& option : algorithm->options)
      CHECK(scenario->runs[0].options.has(option.name));
  }
}

TEST_CASE("read_algorithms: given options replace defaults") {
  const auto scenario = changed(training_example, {{"/algorithm/overlap", "true"},
                                                   {"/algorithm/bucket_bytes", "25 MiB"},
                                                   {"/algorithm/label", "mine"}});
  REQUIRE(scenario.ok());
  CHECK(scenario->runs.at(0).options.all().at("overlap") == models::OptionValue{true});
  CHECK(scenario->runs[0].options.all().at("bucket_bytes") ==
        models::OptionValue{26214400.0});  // 25 * 1024^2
  CHECK(scenario->runs[0].label == "mine");
}

TEST_CASE("read_algorithms: a list of integers is read one by one") {
  const auto replicas = [](const char* list) {
    return Override{"/algorithm", fmt::format(R"({{"kind": "pipedream", "replicas": {}}})", list)};
  };
  CHECK(with({replicas(R"([2, 0, "x"])")}) ==
        Lines{"/algorithm/replicas/1: must be at least 1, found 0",
              R"(/algorithm/replicas/2: must be an integer, found "x")"});
  CHECK(with({replicas("3")}) == Lines{"/algorithm/replicas: must be a list of integers, found 3"});
  const auto scenario = changed(training_example, {replicas("[2, 1]")});
  REQUIRE(scenario.ok());
  CHECK(scenario->runs.at(0).options.all().at("replicas") ==
        models::OptionValue{std::vector<std::int64_t>{2, 1}});
  CHECK(scenario->runs[0].workers == 3);
  CHECK(scenario->resolved["algorithm"]["replicas"] == Json::array({2, 1}));
}

TEST_CASE("read_algorithms: labels in a comparison are made unique") {
  const auto scenario = parse_scenario(
      comparing(R"(["sgd", {"kind": "sgd"}, {"kind": "sgd", "label": "sgd 2"}])"), ".");
  REQUIRE(scenario.ok());
  Lines labels;
  for (const auto& run : scenario->runs) labels.push_back(run.label);
  CHECK(labels == Lines{"sgd", "sgd 2", "sgd 2 2"});
  CHECK(scenario->runs[1].pointer == "/algorithms/1");
  CHECK(scenario->resolved["algorithms"][1]["label"] == "sgd 2");
}

TEST_CASE("read_algorithms: a comparison has all faults of all its algorithms") {
  CHECK(faults_of(comparing("[]")) ==
        Lines{"/algorithms: must have at least one algorithm, found none"});
  CHECK(faults_of(comparing(R"(["sgd", "sgt", {"kind": "gpipe", "stages": 5}, 3])")) ==
        Lines{R"(/algorithms/1: unknown algorithm "sgt"; did you mean "sgd"?)",
              "/algorithms/2/stages: must be at most the number of hosts, 4, found 5",
              "/algorithms/2/stages: must be at most the number of layers of the model, 4, found 5",
              "/algorithms/3: must be an object, found 3"});
}

TEST_CASE("read_algorithms: a fault that several algorithms share is told once") {
  std::string text = comparing(R"([{"kind": "sync_sgd", "label": "x"}, "gpipe"])");
  const Lines lines = faults_of(text, {{"/training", R"({"global_batch": 7})"}});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "/training/global_batch: must be a multiple of the 4 workers of x, found 7");
}

TEST_CASE("read_algorithms: an algorithm may run on a topology of its own") {
  const std::string text = comparing(R"([ "sync_sgd",
    { "kind": "hogbatch", "topology": { "kind": "shared_memory", "hosts": 3,
                                        "link": { "bandwidth": "50 GB/s" } } } ])");
  const auto scenario = parse_scenario(text, ".");
  REQUIRE(scenario.ok());
  REQUIRE(scenario->runs.size() == 2);
  CHECK(scenario->runs[0].workers == 4);
  CHECK(scenario->runs[1].workers == 3);
  CHECK(scenario->runs[1].cluster.topology->kind == "shared_memory");
  const auto again = parse_scenario(scenario->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved.dump() == scenario->resolved.dump());
}

TEST_CASE("read_algorithms: faults of such a topology stand where it does") {
  const auto faults = [](std::string_view topology) {
    return faults_of(comparing(
        fmt::format(R"([ {{ "kind": "hogbatch", "topology": {} }}, "sync_sgd" ])", topology)));
  };
  CHECK(
      faults(R"({ "kind": "star", "hosts": 3, "link": { "bandwidth": 1 } })") ==
      Lines{R"(/algorithms/0/topology/kind: must be "shared_memory" for hogbatch, found "star")"});
  CHECK(faults(R"({ "kind": "shared_memory", "hosts": 0, "link": { "bandwidth": 1 } })") ==
        Lines{"/algorithms/0/topology/hosts: must be at least 1, found 0"});
}
