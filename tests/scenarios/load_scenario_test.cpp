#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "scenarios/scenario.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

TEST_CASE("load_scenario: the contract's shape is read") {
  const auto scenario = parse_scenario(training_example, ".");
  REQUIRE(scenario.ok());
  CHECK(scenario->name == "example");
  CHECK(scenario->mlp.layers == 4);
  CHECK(scenario->mlp.width == 64);
  CHECK(scenario->training.batch == 16);
  CHECK(!scenario->training.batch_is_global);
  CHECK(scenario->cluster.hosts() == 4);
  CHECK(scenario->cluster.topology->links[0].bytes_per_s == 1.25e9);  // 10e9 / 8
  CHECK(scenario->cluster.topology->links[0].latency.ps == 10'000'000);
  CHECK(scenario->cluster.devices.size() == 1);
  CHECK(scenario->cluster.devices[0].memory_bytes == 17179869184.0);  // 16 * 1024^3
  CHECK(scenario->cluster.devices[0].launch_overhead_s == 5e-6);
  REQUIRE(scenario->runs.size() == 1);
  CHECK(scenario->runs[0].workers == 4);
  CHECK(scenario->runs[0].pointer == "/algorithm");
  CHECK(scenario->warnings.empty());
}

TEST_CASE("load_scenario: what is left out has the contract's defaults") {
  const auto scenario = parse_scenario(R"({
    "model": {"layers": 1, "width": 2}, "training": {"global_batch": 8},
    "cluster": {"topology": {"kind": "star", "hosts": 2, "link": {"bandwidth": 1000}},
                "device": {"flops": 1}},
    "algorithm": "sync_sgd"})",
                                       ".");
  REQUIRE(scenario.ok());
  CHECK(
      scenario->resolved.dump() ==
      R"({"name":"scenario","model":{"layers":1,"width":2,"bytes_per_scalar":4,)"
      R"("precision":{"parameters":4,"gradients":4,"activations":4,"master_copy":0,)"
      R"("optimizer_state":4}},)"
      R"("training":{"global_batch":8,"iterations":1,"learning_rate":0.01,"seed":1,)"
      R"("optimizer":{"kind":"sgd"}},)"
      R"("cluster":{"topology":{"kind":"star","hosts":2,)"
      R"("link":{"bandwidth":1000.0,"latency":0.0},"routing":"ecmp"},)"
      R"("device":{"flops":1.0,"launch_overhead":0.0,"efficiency":1.0,"reductions":"engine"},)"
      R"("sharing":"max_min","connections":"ordered","granularity":"auto"},)"
      R"("algorithm":{"kind":"sync_sgd","label":"sync_sgd","allreduce":"ring","ranks_per_node":0,)"
      R"("levels":[],"rings":1,"tree_chunks":0,"overlap":false,)"
      R"("bucket_bytes":0.0,"backup_workers":0,"compression":"none","error_feedback":true,)"
      R"("top_k_fraction":0.01,"rank":2,"double_buffering":false,"accumulation_steps":1,)"
      R"("servers":1,"placement":"dedicated"}})");
}

TEST_CASE("load_scenario: what was resolved loads again, and resolves to itself") {
  for (const std::string_view text : {training_example, traffic_example, custom_example}) {
    const auto first = parse_scenario(text, ".");
    REQUIRE(first.ok());
    const auto again = parse_scenario(first->resolved.dump(), ".");
    REQUIRE(again.ok());
    CHECK(again->resolved.dump() == first->resolved.dump());
    CHECK(again->name == first->name);
    CHECK(again->runs.size() == first->runs.size());
    CHECK(again->cluster.devices == first->cluster.devices);
    CHECK(again->cluster.topology->hosts == first->cluster.topology->hosts);
    CHECK(again->traffic.size() == first->traffic.size());
  }
}

TEST_CASE("load_scenario: presets, device lists and comparisons resolve to themselves too") {
  const auto first = changed(
      training_example,
      {{"/cluster/topology/link", "infiniband_hdr"},
       {"/cluster/device",
        R"([{"hosts": "0-2", "preset": "v100_fp32"}, {"hosts": 3, "flops": 1, "memory": "1 TB"}])"},
       {"/algorithm/overlap", "true"},
       {"/algorithm/bucket_bytes", "1 MiB"}});
  REQUIRE(first.ok());
  const auto again = parse_scenario(first->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved.dump() == first->resolved.dump());
  CHECK(again->cluster.devices == first->cluster.devices);
}

TEST_CASE("load_scenario: a graph's file is resolved to what is in it") {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("lockstep_load_scenario_test_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "net.gv") << R"(digraph {
    node [kind=host]; b; a; node [kind=switch]; s;
    a -> s [bandwidth="8 Gbit/s", latency="1.5 us", duplex=full]; b -> s [bandwidth=1, duplex=half];
    a -> b [bandwidth=2]; })";
  const std::string_view text = R"({
    "cluster": {"topology": {"kind": "custom", "file": "net.gv", "hosts": ["b", "a"],
                             "routes": [{"from": "a", "to": "b", "links": [2]}]}},
    "traffic": [{"from": "a", "to": "s", "bytes": 1}]})";
  const auto first = parse_scenario(text, folder);
  LoadOptions two_hosts;
  two_hosts.overrides = {{"/cluster/topology/hosts", "2"}};
  const auto by_kind = parse_scenario(text, folder, two_hosts);
  std::filesystem::remove_all(folder);
  REQUIRE(first.ok());
  CHECK(first->resolved["cluster"]["topology"].dump() ==
        R"({"kind":"custom","nodes":["b","a","s"],"links":[)"
        R"({"from":"a","to":"s","bandwidth":1000000000.0,"latency":1.5e-06,"duplex":"full"},)"
        R"({"from":"b","to":"s","bandwidth":1.0,"latency":0.0,"duplex":"half"},)"
        R"({"from":"a","to":"b","bandwidth":2.0,"latency":0.0,"duplex":"simplex"}],)"
        R"("hosts":["b","a"],"routes":[{"from":"a","to":"b","links":[2]}],"routing":"ecmp"})");
  REQUIRE(by_kind.ok());
  CHECK(by_kind->resolved["cluster"]["topology"]["hosts"].dump() == R"(["b","a"])");

  const auto again = parse_scenario(first->resolved.dump(), folder);  // which is gone
  REQUIRE(again.ok());
  CHECK(again->resolved.dump() == first->resolved.dump());
  CHECK(again->cluster.topology->hosts == first->cluster.topology->hosts);
  CHECK(again->cluster.topology->links[0].latency.ps == 1'500'000);
}

TEST_CASE("load_scenario: names of a graph's file are UTF-8, as reports are") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("lockstep_load_scenario_test_" + std::to_string(getpid()) + ".dot");
  std::ofstream(file) << "graph { a -- \"h\xE9\" [bandwidth=1]; }";
  const Lines lines =
      faults_of(traffic_example, {{"/cluster/topology", R"({"kind": "custom",
      "file": ")" + file.string() + R"("})"},
                                  {"/traffic", R"([{"from": "a", "to": "a", "bytes": 1}])"}});
  std::filesystem::remove(file);
  CHECK(lines == Lines{"/cluster/topology/file: the name of node 1 is not UTF-8"});
}

TEST_CASE("load_scenario: every missing part is named") {
  CHECK(faults_of("{}") == Lines{R"(: one of "algorithm", "algorithms" and "traffic" is missing)",
                                 "/model: missing", "/training: missing", "/cluster: missing"});
  CHECK(faults_of("[]") == Lines{": must be an object, found a list of 0"});
  CHECK(faults_of(R"({"model": {}, "training": {}, "cluster": {}, "algorithm": {}})") ==
        Lines{"/model/layers: missing", "/model/width: missing",
              R"(/training: one of "batch_per_worker" and "global_batch" is missing)",
              "/cluster/topology: missing", "/cluster/device: missing",
              "/algorithm/kind: missing"});
}

TEST_CASE("load_scenario: faults of all parts come at once, in the order of the file") {
  CHECK(faults_of(training_example, {{"/algorithm/allreduce", "rign"},
                                     {"/model/widht", "3"},
                                     {"/cluster/topology/hosts", "0"},
                                     {"/training/learning_rate", "-1"}}) ==
        Lines{R"(/model/widht: unknown key "widht"; did you mean "width"?)",
              "/training/learning_rate: must be greater than 0, found -1",
              "/cluster/topology/hosts: must be at least 1, found 0",
              R"(/algorithm/allreduce: unknown allreduce "rign"; did you mean "ring"?)"});
}

TEST_CASE("load_scenario: one task is given, exactly") {
  CHECK(faults_of(training_example, {{"/algorithms", R"(["sgd"])"}}) ==
        Lines{R"(/algorithms: cannot be combined with "algorithm")"});
  CHECK(faults_of(training_example, {{"/traffic", "[]"}}) ==
        Lines{R"(/traffic: cannot be combined with "algorithm")"});
  CHECK(faults_of(traffic_example, {{"/model", "{}"}, {"/training", "{}"}}) ==
        Lines{R"(/model: cannot be combined with "traffic")",
              R"(/training: cannot be combined with "traffic")"});
}

TEST_CASE("load_scenario: names are strings, keys are known, nothing breaks the line") {
  CHECK(faults_of(training_example, {{"/name", "5"}}) == Lines{"/name: must be a string, found 5"});
  CHECK(faults_of(training_example, {{"/trianing", "{}"}}) ==
        Lines{R"(/trianing: unknown key "trianing"; did you mean "training"?)"});
  CHECK(faults_of(training_example, {{"/a\nb", "1"}}) == Lines{R"(/a\u000ab: unknown key "a\nb")"});
}

TEST_CASE("load_scenario: a thousand faults are listed, the others counted") {
  std::string text = "{";
  for (int i = 0; i < 1500; ++i) text += "\"key" + std::to_string(i) + "\": 1, ";
  text += R"("traffic": [1], "cluster": 1})";
  const Lines lines = faults_of(text);
  REQUIRE(lines.size() == 1001);
  // 1500 unknown keys, a cluster and a flow that are no objects.
  CHECK(lines.back() == ": and 502 faults more");
}
