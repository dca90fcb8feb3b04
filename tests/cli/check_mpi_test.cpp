// `lockstep calibrate` and `lockstep check` with --transport mpi, from outside: under mpirun, a
// process a rank. Rates and times are never asserted.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/mpi_job.hpp"

using lockstep::cli::testing::can_run_mpi;
using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::MpiJob;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

const std::string scenario = R"({
  "name": "small",
  "model": { "layers": 2, "width": 64 },
  "data": "digits",
  "training": { "batch_per_worker": 8, "iterations": 4, "learning_rate": 0.1 },
  "cluster": { "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" },
               "device": { "flops": "1 TFLOP/s" } },
  "sweep": { "/model/width": [64, 80] },
  "algorithms": [ { "kind": "sync_sgd" }, { "kind": "ad_psgd" }, { "kind": "gpipe", "micro_batches": 2 } ]
})";

const std::string machine = R"({
  "schema": 1,
  "machine": { "processor": "Example 1000", "cores": 2, "pulse": 0.001 },
  "device": { "flops": 1e10 },
  "transports": {
    "threads": { "link": { "bandwidth": 1e12, "latency": 1e-5 },
                 "endpoint": { "overhead": 1e-6, "copy_bandwidth": 4e9, "eager": true } },
    "mpi": { "link": { "bandwidth": 1e3, "latency": 1e-5 }, "endpoint": { "eager": true } } }
})";

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("small.json", scenario);
    folder.write("machine.json", machine);
  }
  [[nodiscard]] Ended check(int processes, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "small.json");
    return MpiJob(processes, arguments, folder, "check").wait();
  }
  [[nodiscard]] Ended calibrate(int processes, const std::vector<std::string>& arguments) const {
    return MpiJob(processes, arguments, folder, "calibrate").wait();
  }
  [[nodiscard]] Json json(const std::string& name) const {
    return Json::parse(folder.read(name), nullptr, false);
  }
};

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("check on mpi: counts and parameters are equal, and one process shows it") {
  if (!can_run_mpi()) return;
  const Workplace here;
  const Ended ended = here.check(
      2, {"--machine", "machine.json", "--tolerance", "1e9", "--repeat", "2", "-o", "check.json"});
  CAPTURE(ended.errors);
  REQUIRE(ended.code == 0);
  CHECK(times(ended.output, "rank correlation") == 1);
  CHECK(times(ended.errors, "was measured on 2 cores of \"Example 1000\"") == 1);
  const Json report = here.json("check.json");
  REQUIRE(report["runs"].size() == 6);
  for (const Json& run : report["runs"]) {
    CHECK(run["counts"] == "equal");
    CHECK(run["parameters"] == "equal");
    CHECK(run["measured_s"] > 0);
    CHECK(run["all_measured_s"].size() == 2);
  }
}

// Each of 4 iterations of the ring has 2 steps of 64 * 65 scalars, both layers halved: at 1,000 B/s
// that is 4 * 2 * 16,640 B, 133 s; with threads' 1e12 B/s it is less than a second.
TEST_CASE("check on mpi: the machine's transport of that name is what predicts") {
  const Workplace here;
  const std::vector<std::string> options = {
      "--machine", "machine.json", "--tolerance", "1e9", "--repeat", "1", "-o", "check.json"};
  std::vector<std::string> arguments = {"check", "small.json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  REQUIRE(ChildProgram(arguments, here.folder.path()).wait().code == 0);
  CHECK(here.json("check.json")["runs"][0]["simulated_s"] < 1);
  if (!can_run_mpi()) return;
  REQUIRE(here.check(2, options).code == 0);
  CHECK(here.json("check.json")["runs"][0]["simulated_s"].get<double>() ==
        doctest::Approx(4 * 2 * 16.64).epsilon(0.01));
}

TEST_CASE("check on mpi: a time past the tolerance is exit 1") {
  if (!can_run_mpi()) return;
  const Workplace here;
  const Ended ended =
      here.check(2, {"--machine", "machine.json", "--tolerance", "1e-9", "--repeat", "1"});
  CHECK(ended.code == 1);
  CHECK(ended.errors.find("was lost") == std::string::npos);
}

TEST_CASE("check on mpi: what cannot be run is refused, and said once") {
  if (!can_run_mpi()) return;
  const Workplace here;
  const Ended three = here.check(3, {"--machine", "machine.json"});
  CHECK(three.code == 2);
  CHECK(
      times(three.errors,
            "/algorithms/0: has 2 ranks, but the number of MPI processes is 3; use mpirun -n 2") ==
      1);
  const Ended without = here.check(2, {});
  CHECK(without.code == 2);
  CHECK(times(without.errors, "--machine: must be given with --transport mpi") == 1);
  const Ended missing = here.check(2, {"--machine", "nowhere.json"});
  CHECK(missing.code == 2);
  CHECK(times(missing.errors, "nowhere.json") == 1);
}

// Of three ranks one rests while two are measured.
TEST_CASE("calibrate on mpi: adds a transport to a machine, which check can use") {
  if (!can_run_mpi()) return;
  const Workplace here;
  Json before = Json::parse(machine);
  before["transports"].erase("mpi");
  here.folder.write("threads.json", before.dump());
  const Ended measured = here.calibrate(3, {"--quick", "--add", "threads.json"});
  CAPTURE(measured.errors);
  REQUIRE(measured.code == 0);
  CHECK(times(measured.output, "mpi: overhead at each end") == 1);
  Json after = here.json("threads.json");
  REQUIRE(after["transports"].contains("mpi"));
  CHECK(after["transports"]["mpi"]["link"]["bandwidth"] > 0);
  after["transports"].erase("mpi");
  CHECK(after == before);
  const Ended checked =
      here.check(2, {"--machine", "threads.json", "--tolerance", "1e9", "--repeat", "1"});
  CHECK(checked.code == 0);
}

TEST_CASE("calibrate on mpi: one process, and what is no machine, are exit 2") {
  if (!can_run_mpi()) return;
  const Workplace here;
  const Ended one = here.calibrate(1, {});
  CHECK(one.code == 2);
  CHECK(one.errors.find("needs at least two processes") != std::string::npos);
  const Ended other = here.calibrate(2, {"--add", "small.json"});
  CHECK(other.code == 2);
  CHECK(times(other.errors, "small.json: is not what `lockstep calibrate` writes") == 1);
  const Ended both = here.calibrate(2, {"--add", "machine.json", "-o", "other.json"});
  CHECK(both.code == 2);
}
