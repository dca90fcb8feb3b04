#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines with(std::initializer_list<Override> changes) { return faults_of(traffic_example, changes); }

}  // namespace

TEST_CASE("read_traffic: flows are read") {
  const auto scenario = parse_scenario(traffic_example, ".");
  REQUIRE(scenario.ok());
  REQUIRE(scenario->traffic.size() == 2);
  CHECK(scenario->traffic[0].from == 0);
  CHECK(scenario->traffic[0].to == 1);
  CHECK(scenario->traffic[0].bytes == 1'000'000);
  CHECK(scenario->traffic[0].start.ps == 2'000'000'000);  // 2 ms in ps
  CHECK(scenario->traffic[1].bytes == 0);
  CHECK(scenario->traffic[1].start.ps == 0);
}

TEST_CASE("read_traffic: flows of one connection go from one node to one other") {
  const auto scenario = changed(traffic_example, {{"/traffic/1/connection", "stream"}});
  REQUIRE(scenario.ok());
  CHECK(scenario->traffic[0].connection == topologies::no_named_connection);
  CHECK(scenario->traffic[1].connection == 0);
  CHECK(with({{"/traffic/0/connection", "stream"},
              {"/traffic/1/connection", "stream"},
              {"/traffic/1/from", "host1"},
              {"/traffic/1/to", "host0"}}) ==
        Lines{"/traffic/1/connection: must name a connection between the nodes of this flow; those "
              "of \"stream\" are others"});
}

TEST_CASE("read_traffic: ends are nodes of the topology") {
  CHECK(with({{"/traffic/0/to", "hots1"}}) ==
        Lines{R"(/traffic/0/to: unknown node "hots1"; did you mean "host1"?)"});
  CHECK(with({{"/traffic/0/from", "3"}}) == Lines{"/traffic/0/from: must be a string, found 3"});
}

TEST_CASE("read_traffic: without a topology, nodes are not faulted for it") {
  CHECK(with({{"/cluster/topology/hosts", "0"}}) ==
        Lines{"/cluster/topology/hosts: must be at least 1, found 0"});
}

TEST_CASE("read_traffic: bytes are whole, starts are not before 0") {
  CHECK(with({{"/traffic/0/bytes", "12 bit"}, {"/traffic/1/bytes", "-1"}}) ==
        Lines{R"(/traffic/0/bytes: must be a whole number of bytes, found "12 bit")",
              "/traffic/1/bytes: must be at least 0, found -1"});
  CHECK(with({{"/traffic/0/bytes", "1e300"}}) ==
        Lines{"/traffic/0/bytes: must be at most 1e+18, found 1e+300"});
  CHECK(with({{"/traffic/0/start", "-1 s"}}) ==
        Lines{R"(/traffic/0/start: must be at least 0, found "-1 s")"});
  CHECK(with({{"/traffic/0", "{}"}}) ==
        Lines{"/traffic/0/from: missing", "/traffic/0/to: missing", "/traffic/0/bytes: missing"});
}

TEST_CASE("read_traffic: there is a list with something in it") {
  CHECK(with({{"/traffic", "{}"}}) ==
        Lines{"/traffic: must be a list of flows, found an object with 0 keys"});
  CHECK(with({{"/traffic", "[]"}}) == Lines{"/traffic: must have at least one flow, found none"});
}
