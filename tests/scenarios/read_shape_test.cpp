// Shapes, presets and clusters in one line, as scenarios write them.
#include <doctest/doctest.h>

#include "scenarios/presets.hpp"
#include "tests/scenarios/examples.hpp"

namespace lockstep::scenarios {

namespace {

constexpr const char* topology = "/cluster/topology";
Lines with(const std::string& value) { return faults_of(training_example, {{topology, value}}); }

std::size_t hosts_of(const std::string& pointer, const std::string& value) {
  const auto scenario = changed(training_example, {{pointer, value}});
  REQUIRE(scenario.ok());
  // The copy in the report can be loaded again and is itself then.
  const auto again = parse_scenario(scenario->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved == scenario->resolved);
  return scenario->cluster.topology->hosts.size();
}

}  // namespace

TEST_CASE("read_shape: every kind") {
  const std::string link = R"("link": "ethernet_10g")";
  CHECK(hosts_of(topology, R"({"kind": "line", "hosts": 3, )" + link + "}") == 3);
  CHECK(hosts_of(topology, R"({"kind": "torus", "dimensions": [2, 3], )" + link + "}") == 6);
  CHECK(hosts_of(topology, R"({"kind": "hypercube", "hosts": 8, )" + link + "}") == 8);
  CHECK(hosts_of(topology, R"({"kind": "fat_tree", "k": 4, )" + link + "}") == 16);
  CHECK(hosts_of(topology,
                 R"({"kind": "fat_tree", "leaves": 2, "spines": 2, "hosts_per_leaf": 3,
                     "oversubscription": 1.5, )" +
                     link + "}") == 6);
  CHECK(hosts_of(topology, R"({"kind": "tree", "levels": [{"children": 4, "link": "ethernet_10g"},
                              {"children": 2, "oversubscription": 4}]})") == 8);
  CHECK(hosts_of(topology, R"({"kind": "dragonfly", "groups": 3, "routers": 2,
                              "hosts_per_router": 2, )" +
                               link + "}") == 12);
  CHECK(hosts_of(topology, R"({"kind": "machine", "machines": 2, "devices": 4, "ports": 2,
                              "network": "infiniband_hdr", "routing": "spread", )" +
                               link + "}") == 8);
}

TEST_CASE("read_shape: faults name the key") {
  const std::string link = R"("link": "ethernet_10g")";
  CHECK(with(R"({"kind": "torus", "dimensions": [4, 3], "hosts": 16, )" + link + "}") ==
        Lines{"/cluster/topology/hosts: must be 12, the product of the dimensions, found 16"});
  CHECK(with(R"({"kind": "fat_tree", "k": 5, )" + link + "}") ==
        Lines{"/cluster/topology/k: must be even, found 5"});
  CHECK(with(R"({"kind": "torus", "dimensions": [4, 0], )" + link + "}").front() ==
        "/cluster/topology/dimensions/1: must be at least 1, found 0");
  CHECK(with(R"({"kind": "mesh", )" + link + "}") ==
        Lines{"/cluster/topology/dimensions: missing"});
  CHECK(with(R"({"kind": "star", "hosts": 4, "routing": "routes", )" + link + "}") ==
        Lines{R"(/cluster/topology/routing: "routes" needs a custom topology)"});
  CHECK(with(R"({"kind": "star", "hosts": 4, "routing": "ecpm", )" + link + "}")
            .front()
            .ends_with(R"(did you mean "ecmp"?)"));
}

TEST_CASE("read_shape: links that differ") {
  const std::string start = R"({"kind": "star", "hosts": 4, "link": "ethernet_10g", "overrides": )";
  const auto scenario =
      changed(training_example, {{topology, start + R"([{"from": "switch", "to": "host2",
                                                 "bandwidth": "1 Gbit/s"}]})"}});
  REQUIRE(scenario.ok());
  const auto& built = *scenario->cluster.topology;
  CHECK(built.links[2].bytes_per_s == 125e6);
  CHECK(built.links[1].bytes_per_s == 1.25e9);
  CHECK(built.channels[4].bytes_per_s == 125e6);
  CHECK(built.wiring == topologies::Wiring::general);
  CHECK(parse_scenario(scenario->resolved.dump(), ".")->resolved == scenario->resolved);
  CHECK(with(start + R"([{"from": "host1", "to": "host2"}]})") ==
        Lines{R"(/cluster/topology/overrides/0: there is no link between "host1" and "host2")",
              R"(/cluster/topology/overrides/0: needs "bandwidth" or "latency", what differs)"});
  const std::string one = R"({"from": "host1", "to": "switch", "bandwidth": 1})";
  CHECK(
      with(start + "[" + one + ", " + one + "]}") ==
      Lines{
          R"(/cluster/topology/overrides/1: the link between "host1" and "switch" is there twice)"});
}

TEST_CASE("presets: a cluster in one line") {
  CHECK(hosts_of("/cluster", R"("dgx_a100 x 4")") == 32);
  CHECK(hosts_of("/cluster", R"("dgx_a100")") == 8);
  CHECK(hosts_of("/cluster", R"("v100 x 16 on ethernet_10g")") == 16);
  const auto faults = [](const std::string& value) {
    return faults_of(training_example, {{"/cluster", '"' + value + '"'}});
  };
  CHECK(faults("dgx_a100 x 0") ==
        Lines{R"(/cluster: must be from 1 to 4194304 of "dgx_a100", found 0)"});
  CHECK(faults("dgx_b100 x 2") ==
        Lines{R"(/cluster: unknown machine or device "dgx_b100"; did you mean "dgx_a100"?)"});
  CHECK(faults("v100 x 16") ==
        Lines{R"(/cluster: needs a network, as in "v100 x 16 on ethernet_10g")"});
  CHECK(faults("v100 x many on ethernet_10g").size() == 1);
}

TEST_CASE("presets: every built-in machine can be built") {
  for (const MachinePreset& machine : built_in_presets().machines) {
    CAPTURE(machine.name);
    CHECK_FALSE(machine.source.empty());
    CHECK(hosts_of("/cluster", '"' + machine.name + " x 2\"") > 0);
    CHECK(hosts_of("/cluster", '"' + machine.name + '"') > 0);
  }
}

TEST_CASE("presets: a scenario brings its own") {
  const std::string presets = R"({"links": [{"name": "mine", "bandwidth": "3 GB/s"}],
    "devices": [{"name": "chip", "formats": {"fp8": {"flops": "1 PFLOP/s"}}}],
    "machines": [{"name": "box", "device": "chip_fp8",
                  "topology": {"kind": "machine", "devices": 2, "link": "mine",
                               "network": "ethernet_10g"}}]})";
  const auto scenario =
      changed(training_example, {{"/presets", presets}, {"/cluster", R"("box x 2")"}});
  REQUIRE(scenario.ok());
  CHECK(scenario->cluster.topology->links.front().bytes_per_s == 3e9);
  CHECK(scenario->cluster.devices.front().flops_per_s == 1e15);
  const std::string twice = R"({"links": [{"name": "ethernet_10g", "bandwidth": 1}]})";
  CHECK(faults_of(training_example, {{"/presets", twice}}) ==
        Lines{R"(/presets/links/0: there is a preset "ethernet_10g" already)"});
}

TEST_CASE("read_training: shares of a mini-batch") {
  const auto batches = [](std::initializer_list<Override> changes) {
    const auto scenario = changed(training_example, changes);
    REQUIRE(scenario.ok());
    return scenario->runs.front().batches;
  };
  CHECK(batches({{"/training/batch_per_worker", "[1, 2, 3, 4]"}}) ==
        std::vector<std::int64_t>{1, 2, 3, 4});
  const auto global = [&](const std::string& shares) {
    return changed(training_example,
                   {{"/training", R"({"global_batch": 64, "shares": )" + shares + "}"}});
  };
  REQUIRE(global("[0.5, 0.25, 0.125, 0.125]").ok());
  CHECK(global("[0.5, 0.25, 0.125, 0.125]")->runs.front().batches ==
        std::vector<std::int64_t>{32, 16, 8, 8});
  CHECK(global("[4, 20, 20, 20]")->runs.front().batches ==
        std::vector<std::int64_t>{4, 20, 20, 20});
  CHECK(global(R"("by_speed")").ok());
  CHECK(global("[0.5, 0.5, 0.5, 0.5]").faults().front().message ==
        "must sum to 1, or to the 64 samples of a mini-batch, found 2");
  CHECK(
      faults_of(training_example, {{"/training/batch_per_worker", "[1, 2]"}}) ==
      Lines{"/training/batch_per_worker: must have an entry for each of the 4 workers of sync_sgd, "
            "found 2"});
}

TEST_CASE("read_graph: links that no route uses are warned of") {
  const std::string two =
      R"({"topology": {"kind": "custom", "nodes": ["a", "b"], "routing": "single",
    "links": [{"from": "a", "to": "b", "bandwidth": 1}, {"from": "a", "to": "b", "bandwidth": 1}]}})";
  const auto warnings = [](const std::string& cluster) {
    const auto scenario =
        changed(traffic_example,
                {{"/cluster", cluster}, {"/traffic", R"([{"from": "a", "to": "b", "bytes": 1}])"}});
    REQUIRE(scenario.ok());
    return scenario->warnings;
  };
  REQUIRE(warnings(two).size() == 1);
  CHECK(warnings(two).front().pointer == "/cluster/topology/links");
  CHECK(warnings(two).front().message ==
        "link 1 carries no traffic: no route between hosts goes over it");
  std::string ecmp = two;
  ecmp.replace(ecmp.find("single"), 6, "ecmp");
  CHECK(warnings(ecmp).empty());
}

TEST_CASE("read_failures: what must be there, and what fits together") {
  constexpr const char* failures = "/cluster/failures";
  constexpr const char* checkpoint = "/training/checkpoint";
  CHECK(
      faults_of(training_example, {{failures, R"({"mtbf": "100 h"})"},
                                   {checkpoint, R"({"interval": "young_daly", "write": "1 min"})"}})
          .empty());
  CHECK(faults_of(training_example, {{failures, "{}"}}) ==
        Lines{R"(/cluster/failures: needs "mtbf", "link_mtbf" or "at")"});
  CHECK(faults_of(training_example, {{failures, R"({"at": [{"time": 1, "host": 4}]})"}}) ==
        Lines{"/cluster/failures/at/0/host: must be a host from 0 to 3, found 4"});
  CHECK(faults_of(training_example, {{failures, R"({"at": [{"time": 1, "host": 0}]})"},
                                     {checkpoint, R"({"interval": "young_daly", "write": 1})"}}) ==
        Lines{R"(/training/checkpoint/interval: "young_daly" needs the "mtbf" of the cluster's )"
              "failures"});
  CHECK(faults_of(training_example,
                  {{failures, R"({"mtbf": 1})"}, {"/algorithm", R"({"kind": "d_psgd"})"}})
            .empty());
}

TEST_CASE("read_slowdown: a trace has rows of equal length") {
  constexpr const char* slowdown = "/cluster/slowdown";
  const auto with_factors = [](const std::string& factors) {
    return faults_of(training_example,
                     {{slowdown, R"({"distribution": "trace", "factors": )" + factors + "}"}});
  };
  CHECK(with_factors("[[1, 2, 1, 1], [1, 1, 1, 3]]").empty());
  CHECK(with_factors("[[1, 2], [1]]") ==
        Lines{"/cluster/slowdown/factors/1: must have 2 factors, as the first row has, found 1"});
  CHECK(with_factors("[]") ==
        Lines{"/cluster/slowdown/factors: must have at least one row, found none"});
  CHECK(faults_of(training_example, {{slowdown, R"({"distribution": "trace"})"}}) ==
        Lines{R"(/cluster/slowdown: distribution "trace" needs "file" or "factors")"});
}

}  // namespace lockstep::scenarios
