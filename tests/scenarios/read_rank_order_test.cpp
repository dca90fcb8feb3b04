// `cluster.rank_order`, `cluster.background`, and links among `cluster.failures`.
#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines with(std::initializer_list<Override> changes) { return faults_of(training_example, changes); }

const std::string order = "/cluster/rank_order";
const std::string background = "/cluster/background";
const std::string failures = "/cluster/failures";

}  // namespace

TEST_CASE("read_rank_order: a list names each host once") {
  CHECK(with({{order, "[3, 2, 1, 0]"}}).empty());
  CHECK(with({{order, "[0, 1, 2]"}}) == Lines{order + ": must name each of the 4 hosts, found 3"});
  CHECK(with({{order, "[0, 1, 2, 4]"}}) ==
        Lines{order + "/3: must be a host from 0 to 3, found 4"});
  CHECK(with({{order, "[0, 1, 1, 2]"}}) == Lines{order + "/2: names host 1 a second time"});
  CHECK(with({{order, "cylcic"}}) ==
        Lines{order + R"(: unknown order "cylcic"; did you mean "cyclic"?)"});
  CHECK(with({{order, "best"}}).empty());
  CHECK(with({{order, "as_numbered"}}).empty());
}

TEST_CASE("read_rank_order: ranks run on the hosts that are given, with these hosts' devices") {
  const auto scenario =
      changed(training_example,
              {{order, "[3, 2, 1, 0]"},
               {"/cluster/device", R"([{ "hosts": "0-2", "flops": "1 TFLOP/s" },
                               { "hosts": "3", "flops": "5 TFLOP/s" }])"},
               {failures, R"({ "at": [{ "time": "1 s", "host": 3 }] })"},
               {background, R"([{ "rate": "1 MB/s", "flow": "1 kB", "from": 3, "to": 0 }])"}});
  REQUIRE(scenario.ok());
  const auto plain = changed(training_example, {});
  CHECK(scenario->cluster.topology->hosts[0] == plain->cluster.topology->hosts[3]);
  CHECK(scenario->runs[0].device_of(0).flops_per_s == 5e12);
  CHECK(scenario->failures->given[0].host == 0);
  CHECK(*scenario->cluster.background[0].from == 0);
  CHECK(*scenario->cluster.background[0].to == 3);
}

TEST_CASE("read_rank_order: what has faults is not put in order") {
  CHECK(with({{order, "[3, 2, 1, 0]"},
              {"/cluster/device", R"([{ "hosts": "0-1", "flops": "1 TFLOP/s" }])"},
              {background, R"([{ "rate": "1 MB/s", "flow": "1 kB", "from": 30 }])"},
              {failures, R"({ "at": [{ "time": "1 s", "host": 30 }] })"}})
            .size() == 3);
}

TEST_CASE("read_rank_order: only run looks for the best order") {
  LoadOptions options;
  options.failures = FailureUse::refused;
  options.overrides = {{order, "best"}};
  CHECK(faults_of(training_example, options) ==
        Lines{order + R"(: only `lockstep run` looks for the "best" order)"});
}

TEST_CASE("read_rank_order: hosts that are named are not those of an algorithm's own topology") {
  const std::string own = R"({ "kind": "async_sgd",
      "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" } })";
  const std::string end = ", which is about hosts of the cluster";
  const std::string begin = "/algorithm/topology: cannot be combined with ";
  CHECK(with({{"/algorithm", own}, {order, "[3, 2, 1, 0]"}}) == Lines{begin + order + end});
  CHECK(with({{"/algorithm", own},
              {background, R"([{ "rate": "1 MB/s", "flow": "1 kB", "from": 3 }])"}}) ==
        Lines{begin + background + end});
  CHECK(with({{"/algorithm", own}, {failures, R"({ "at": [{ "time": 1, "host": 3 }] })"}}) ==
        Lines{begin + failures + "/at" + end});
  CHECK(with({{"/algorithm", own}, {order, "best"}, {failures, R"({ "mtbf": 1 })"}}).empty());
}

TEST_CASE("read_rank_order: raw traffic has no ranks, and others leave it alone") {
  const std::string flows = R"("traffic": [{ "from": "host0", "to": "host1", "bytes": 1 }])";
  const auto scenario = parse_scenario(R"({ "cluster": { "topology": { "kind": "star", "hosts": 2,
                          "link": "ethernet_10g" }, "rank_order": "best" }, )" +
                                           flows + "}",
                                       ".");
  REQUIRE(scenario.ok());
  REQUIRE(scenario->warnings.size() == 1);
  CHECK(scenario->warnings[0].pointer == order);
  CHECK(scenario->warnings[0].message == "has no effect on raw traffic");
  // Without a cluster, that it is missing is all there is to say.
  CHECK(faults_of("{ " + flows + " }") == Lines{"/cluster: missing"});
}

TEST_CASE("read_background: rates and flows are needed, ends are hosts") {
  CHECK(with({{background, R"([{ "rate": "1 GB/s", "flow": "1 MB" }])"}}).empty());
  CHECK(with({{background, R"([{ "rate": "1 GB/s" }])"}}) ==
        Lines{background + "/0/flow: missing"});
  CHECK(with({{background, R"([{ "rate": "1 GB/s", "flow": "1 MB", "to": 4 }])"}}) ==
        Lines{background + "/0/to: must be a host from 0 to 3, found 4"});
  CHECK(with({{background, R"([{ "rate": "1 GB/s", "flow": "1 MB", "from": 1, "to": 1 }])"}}) ==
        Lines{background + "/0: must go from one host to another"});
  CHECK(with({{background, R"([{ "rate": 0, "flow": "1 MB" }])"}}) ==
        Lines{background + "/0/rate: must be greater than 0, found 0"});
  CHECK(with({{background, R"([{ "rate": "1 GB/s", "flow": "100 B" }])"}}).size() == 1);
  CHECK(with({{background, "[]"}}) ==
        Lines{background + ": must have at least one entry, found none"});
  CHECK(with({{"/cluster/sharing", "none"},
              {background, R"([{ "rate": "1 GB/s", "flow": "1 MB" }])"}}) ==
        Lines{background + R"(: has no effect where messages share nothing: "sharing" is "none")"});
}

TEST_CASE("read_failures: links fail between two nodes, where links are shared fairly") {
  const std::string at = R"({ "at": [{ "time": "1 s", "from": "host1", "to": "switch" }],
                              "link_repair": "2 s" })";
  const auto scenario = changed(training_example, {{failures, at}});
  REQUIRE(scenario.ok());
  REQUIRE(scenario->failures->given_links.size() == 1);
  CHECK(scenario->failures->given_links[0].link == 1);
  CHECK(scenario->failures->link_repair_s == 2);
  CHECK(with({{failures, R"({ "at": [{ "time": "1 s", "from": "host1", "to": "host2" }] })"}}) ==
        Lines{failures + "/at/0: names two nodes that no link joins"});
  CHECK(with({{failures, R"({ "at": [{ "time": "1 s", "from": "host9", "to": "switch" }] })"}})
            .size() == 1);
  CHECK(with({{"/cluster/sharing", "single_port"}, {failures, R"({ "link_mtbf": "1 h" })"}}) ==
        Lines{failures + R"(: needs "sharing": "max_min" for links that fail)"});
  CHECK(with({{failures, R"({ "mtbf": "1 h", "link_repair": "1 s" })"}}) ==
        Lines{failures + "/link_repair: has no effect without a link that fails"});
}

TEST_CASE("read_failures: a failure is of a host or of a link") {
  const Lines either{failures + R"(/at/0: must have either "host", or "from" and "to")"};
  CHECK(with({{failures, R"({ "at": [{ "time": 1 }] })"}}) == either);
  CHECK(with({{failures,
               R"({ "at": [{ "time": 1, "host": 0, "from": "host0", "to": "switch" }] })"}}) ==
        either);
}

TEST_CASE("read_failures: a longer training than is simulated is for runs that stop only") {
  const auto of = [](const char* algorithm) {
    return with({{"/algorithm", algorithm},
                 {failures, R"({ "mtbf": "1 h" })"},
                 {"/training/checkpoint", R"({ "every": 1, "total_iterations": 4000 })"}});
  };
  CHECK(of(R"("sync_sgd")").empty());
  CHECK(
      of(R"("async_sgd")") ==
      Lines{"/training/checkpoint/total_iterations: does not lengthen async_sgd, which goes on "
            "without a worker that fails: set /training/iterations to 4000 to compare it with the "
            "others"});
}

TEST_CASE("read_failures: algorithms that go on have no use for checkpoints") {
  const auto scenario = changed(training_example, {{"/algorithm", "async_sgd"},
                                                   {failures, R"({ "mtbf": "1 h" })"},
                                                   {"/training/checkpoint", R"({ "every": 1 })"}});
  REQUIRE(scenario.ok());
  REQUIRE(scenario->warnings.size() == 1);
  CHECK(scenario->warnings[0].message ==
        "has no effect on async_sgd, which goes on without a worker that fails");
}
