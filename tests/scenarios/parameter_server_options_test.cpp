// Options of the algorithms with parameter servers: what is refused, all at once.
#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// The example, with 4 hosts, on another algorithm.
Lines faults_with(std::string algorithm) {
  LoadOptions options;
  options.overrides = {{"/algorithm", std::move(algorithm)}};
  return faults_of(training_example, options);
}

}  // namespace

TEST_CASE("parameter servers: periods and bounds outside their range") {
  CHECK(faults_with(R"({"kind": "downpour", "push_period": 0, "fetch_period": 1.5})") ==
        Lines{"/algorithm/push_period: must be at least 1, found 0",
              "/algorithm/fetch_period: must be a whole number, found 1.5"});
  CHECK(faults_with(R"({"kind": "adag", "sync_period": 2000000})") ==
        Lines{"/algorithm/sync_period: must be at most 1000000, found 2000000"});
  CHECK(faults_with(R"({"kind": "dc_asgd", "lambda": -1, "adaptive": 1})") ==
        Lines{"/algorithm/lambda: must be at least 0, found -1",
              "/algorithm/adaptive: must be true or false, found 1"});
  CHECK(faults_with(R"({"kind": "ssp", "staleness_bound": -1})") ==
        Lines{"/algorithm/staleness_bound: must be at least 0, found -1"});
}

TEST_CASE("options: nodes that do not hold all workers alike") {
  CHECK(faults_with(R"({"kind": "sync_sgd", "allreduce": "hierarchical", "ranks_per_node": 3})") ==
        Lines{"/algorithm/ranks_per_node: must divide the 4 workers, found 3"});
}

TEST_CASE("options: a momentum of 1 forgets nothing, and is refused") {
  CHECK(faults_with(R"({"kind": "easgd", "momentum": 1})") ==
        Lines{"/algorithm/momentum: must be less than 1, found 1"});
  CHECK(faults_with(R"({"kind": "spectrain", "momentum": 1})") ==
        Lines{"/algorithm/momentum: must be less than 1, found 1"});
  CHECK(faults_with(R"({"kind": "diloco", "outer_momentum": 1})") ==
        Lines{"/algorithm/outer_momentum: must be less than 1, found 1"});
  CHECK(faults_with(R"({"kind": "async_sgd", "momentum": "compensated", "target_momentum": 1})") ==
        Lines{"/algorithm/target_momentum: must be less than 1, found 1"});
}

TEST_CASE("parameter servers: choices, and groups that the workers do not fill") {
  CHECK(
      faults_with(R"({"kind": "easgd", "communication": "asink", "momentum": 2})") ==
      Lines{R"(/algorithm/communication: unknown communication "asink"; there are "sync", "async")",
            "/algorithm/momentum: must be less than 1, found 2"});
  CHECK(faults_with(R"({"kind": "async_sgd", "momentum": 0.9, "compute_groups": 4})") ==
        Lines{"/algorithm/momentum: must be a string, found 0.9",
              "/algorithm/compute_groups: must be at most the number of workers, 3, found 4"});
  CHECK(faults_with(R"({"kind": "ssp", "servers": 4})") ==
        Lines{"/cluster/topology/hosts: must leave a worker beside the 4 dedicated servers of ssp, "
              "found 4 hosts"});
}
