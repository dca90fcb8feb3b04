#include <doctest/doctest.h>

#include "models/cost/algorithm.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines warnings_with(std::initializer_list<Override> changes) {
  const auto scenario = changed(training_example, changes);
  REQUIRE(scenario.ok());
  Lines lines;
  for (const Fault& fault : scenario->warnings)
    lines.push_back(fault.pointer + ": " + fault.message);
  return lines;
}

}  // namespace

TEST_CASE("check_runs: hosts whose memory is too small share a warning with the figures") {
  // Two layers of 8192 have 2 * (8192^2 + 8192) = 134,234,112 parameters, 537 MB at 4 bytes;
  // gradients as much again; activations, 3 x 16 x 8192, are 1.6 MB. The ring of 4 workers receives
  // a chunk, a fourth of the gradients, before it is folded: 134 MB. In all 537 + 537 + 1.6 + 134
  // MB = 1.21 GB, where there are 10 MB.
  const Lines lines = warnings_with(
      {{"/model/layers", "2"}, {"/model/width", "8192"}, {"/cluster/device/memory", "10 MiB"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        "/algorithm: sync_sgd needs 1.21 GB on hosts 0-3, which have 10 MiB (10.5 MB) each");
}

TEST_CASE("check_runs: only hosts that lack memory are named") {
  // As above: 2 x 537 MB of parameters and gradients, 134 MB for the ring's chunk.
  const Lines lines = warnings_with(
      {{"/model/layers", "2"},
       {"/model/width", "8192"},
       {"/cluster/device",
        R"([{"hosts": "0-2", "flops": 1e12}, {"hosts": 3, "flops": 1e12, "memory": "50 MB"}])"}});
  CHECK(lines == Lines{"/algorithm: sync_sgd needs 1.21 GB on host 3, which has 50 MB"});
}

TEST_CASE("check_runs: exactly as much memory as is needed is enough") {
  const auto scenario = parse_scenario(training_example, ".");
  REQUIRE(scenario.ok());
  const models::Setup& setup = scenario->runs.at(0);
  const Count needed = setup.algorithm->closed_form(setup).memory.total();
  const auto bytes = static_cast<std::int64_t>(needed);
  CHECK(warnings_with({{"/cluster/device/memory", std::to_string(bytes)}}).empty());
  const Lines lines = warnings_with({{"/cluster/device/memory", std::to_string(bytes - 1)}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("(1 B more than available)") != std::string::npos);
}

TEST_CASE("check_runs: strict makes faults of warnings") {
  LoadOptions options;
  options.overrides = {{"/cluster/device/memory", "1 kB"}};
  options.strict = true;
  const Lines lines = faults_of(training_example, options);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("/algorithm: sync_sgd needs "));
}

TEST_CASE("check_runs: a run past 106 days is a fault") {
  CHECK(faults_of(training_example, {{"/cluster/device/flops", "1e-9"}}) ==
        Lines{"/cluster/device/flops: 1e-09 without a unit is 1e-09 FLOP/s: a run takes longer "
              "than 106 days; add a unit, e.g. \"1e-09 TFLOP/s\"",
              "/algorithm: sync_sgd would take longer than 106 days"});
  // With a unit it is what was meant.
  CHECK(faults_of(training_example,
                  {{"/cluster/device/flops", "1 FLOP/s"}, {"/model/width", "10000"}}) ==
        Lines{"/algorithm: sync_sgd would take longer than 106 days"});
}

// 6 messages of each step's ring after one another, each in 10 s, 10^6 times.
TEST_CASE("check_runs: a number that lacks its unit is named where a run takes too long") {
  CHECK(faults_of(training_example, {{"/cluster/topology/link/latency", "10"},
                                     {"/training/iterations", "1000000"}}) ==
        Lines{"/cluster/topology/link/latency: 10 without a unit is 10 s: a run takes longer than "
              "106 days; add a unit, e.g. \"10 us\"",
              "/algorithm: sync_sgd would take longer than 106 days"});
}
