#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines with(std::initializer_list<Override> changes) { return faults_of(training_example, changes); }

}  // namespace

TEST_CASE("read_cluster: unknown kinds, keys and modes name the nearest known one") {
  CHECK(with({{"/cluster/topology/kind", "strar"}}) ==
        Lines{R"(/cluster/topology/kind: unknown topology "strar"; did you mean "star"?)"});
  CHECK(with({{"/cluster/topology/nodes", "[]"}}) ==
        Lines{R"(/cluster/topology/nodes: unknown key "nodes"; there are "kind", "hosts", "link", )"
              R"("routing", "overrides")"});
  CHECK(with({{"/cluster/sharing", "maxmin"}}) ==
        Lines{R"(/cluster/sharing: unknown sharing "maxmin"; did you mean "max_min"?)"});
  CHECK(with({{"/cluster/connections", "order"}}) ==
        Lines{R"(/cluster/connections: unknown connections "order"; did you mean "ordered"?)"});
  CHECK(
      with({{"/cluster/topology/link", "ethernet_10"}}) ==
      Lines{R"(/cluster/topology/link: unknown link "ethernet_10"; did you mean "ethernet_1g"?)"});
}

TEST_CASE("read_cluster: quantities are more than nothing and have units that fit") {
  const std::string bandwidth = "/cluster/topology/link/bandwidth";
  CHECK(with({{bandwidth, "0"}}) == Lines{bandwidth + ": must be greater than 0, found 0"});
  CHECK(with({{bandwidth, "-1 GB/s"}}) ==
        Lines{bandwidth + R"(: must be greater than 0, found "-1 GB/s")"});
  CHECK(with({{bandwidth, "true"}}) ==
        Lines{bandwidth + ": must be a number or a string with a unit, found true"});
  CHECK(with({{bandwidth, "1e400"}}) == Lines{bandwidth + R"(: number out of range: "1e400")"});
  CHECK(with({{bandwidth, "10 GB"}}) ==
        Lines{bandwidth +
              R"(: "GB" is a unit of bytes, not of bytes per second; did you mean "GB/s"?)"});
  CHECK(with({{"/cluster/topology/link/latency", "200 days"}}) ==
        Lines{R"(/cluster/topology/link/latency: unknown unit "days"; )"
              "units are s, ms, us, ns, ps, min, h"});
  CHECK(with({{"/cluster/topology/link/latency", "3000 h"}}) ==
        Lines{R"(/cluster/topology/link/latency: must be at most 9200000, found "3000 h")"});
}

TEST_CASE("read_cluster: latencies that add up past the longest run are refused") {
  // Four links of 2500 h = 9e6 s each: 3.6e7 s, where 9.2e6 s are the most.
  CHECK(with({{"/cluster/topology/link/latency", "2500 h"}}) ==
        Lines{"/cluster/topology: the links' latencies add up to more than 106 days"});
}

TEST_CASE("read_cluster: a link's preset can be changed in part") {
  const auto scenario =
      changed(training_example,
              {{"/cluster/topology/link", R"({"preset": "ethernet_10g", "latency": "3 us"})"}});
  REQUIRE(scenario.ok());
  CHECK(scenario->cluster.topology->links[0].bytes_per_s == 1.25e9);
  CHECK(scenario->cluster.topology->links[0].latency.ps == 3'000'000);
  CHECK(with({{"/cluster/topology/link", R"({"preset": "x"})"}}).size() == 1);
}

TEST_CASE("read_cluster: hosts are at most four million") {
  CHECK(with({{"/cluster/topology/hosts", "4194305"}}) ==
        Lines{"/cluster/topology/hosts: must be at most 4194304, found 4194305"});
}

TEST_CASE("read_cluster: training needs devices, flows do not") {
  CHECK(with({{"/cluster",
               R"({"topology": {"kind": "star", "hosts": 4, "link": "ethernet_1g"}})"}}) ==
        Lines{"/cluster/device: missing"});
  CHECK(faults_of(traffic_example).empty());
  CHECK(faults_of(traffic_example, {{"/cluster/device", "{}"}}) ==
        Lines{"/cluster/device/flops: missing"});
}

TEST_CASE("read_cluster: slowdowns are read, filled in and checked") {
  const auto slowdown = [](const char* value) { return with({{"/cluster/slowdown", value}}); };
  CHECK(slowdown(R"({"distribution":"exponential"})").empty());
  CHECK(slowdown(R"({"distribution":"lognormal","sigma":0.3,"mean":1.2,"per":"worker"})").empty());
  CHECK(slowdown("{}") == Lines{"/cluster/slowdown/distribution: missing"});
  CHECK(slowdown(R"({"distribution":"gamma"})").empty());
  CHECK(slowdown(R"({"distribution":"weibull"})") ==
        Lines{R"(/cluster/slowdown/distribution: unknown distribution "weibull"; there are )"
              R"("constant", "exponential", "lognormal", "pareto", "uniform", "gamma", "trace")"});
  CHECK(slowdown(R"({"distribution":"pareto","shape":1,"mean":0,"sigma":2})") ==
        Lines{"/cluster/slowdown/shape: must be greater than 1, found 1",
              "/cluster/slowdown/mean: must be greater than 0, found 0",
              R"(/cluster/slowdown/sigma: has an effect only with distribution "lognormal")"});
  CHECK(slowdown(R"({"distribution":"uniform","width":1.5})") ==
        Lines{"/cluster/slowdown/width: must be at most 1, found 1.5"});
}
