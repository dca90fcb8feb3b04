// lockstep plan as a user meets it.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* scenario = R"({
  "name": "Four hosts",
  "model": { "layers": 8, "width": 64 },
  "training": { "global_batch": 32, "iterations": 2 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s", "memory": "1 MB" } },
  "plan": { "kinds": [ "gpipe", "pipeline_1f1b", { "kind": "zero", "compression": "none" } ] }
})";

constexpr const char* trained = R"({
  "model": { "layers": 4, "width": 16 },
  "training": { "global_batch": 32, "iterations": 30, "learning_rate": 0.5,
                "target_accuracy": 0.5 },
  "data": { "kind": "teacher", "inputs": 16, "classes": 4, "samples": 400 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 2,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 GFLOP/s" } },
  "plan": { "hosts": 2, "kinds": [ { "kind": "gpipe", "micro_batches": 2, "stages": 0 },
                       { "kind": "model_averaging", "allreduce": "ring", "sync_period": [1, 8],
                         "accumulation_steps": 1 } ] }
})";

class Workplace {
 public:
  Workplace() { folder.write("p.json", scenario); }

  [[nodiscard]] Ended run(Lines arguments, const std::string& file = "p.json") const {
    arguments.insert(arguments.begin(), {"plan", file});
    return ChildProgram(arguments, folder.path()).wait();
  }

  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("plan: a table of the front, what tells its rows apart, and what became of the others") {
  const Workplace here;
  const Ended ended = here.run({"-j", "2"});
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
  CHECK(ended.output.starts_with("Time a sample against memory\n\nrun "));
  for (const char* part :
       {"time a sample", "closed form", "micro_batches",
        "What differs from sequential SGD:", "combinations of kinds", "cannot be run",
        "cannot beat a simulated run that needs no more memory", "were simulated"})
    CHECK(ended.output.find(part) != std::string::npos);
}

TEST_CASE("plan: -o writes scenarios that run as the plan says, and a report that names them") {
  const Workplace here;
  const Ended ended = here.run({"-o", "found"});
  REQUIRE(ended.code == 0);
  const Json report = Json::parse(here.folder.read("found/plan.json"));
  CHECK(report["schema"] == 1);
  CHECK(report["scenario"]["name"] == "Four hosts");
  const Json& rows = report["plan"]["rows"];
  REQUIRE(rows.size() >= 3);
  for (const Json& row : rows) {
    const std::string file = "found/" + row["file"].get<std::string>();
    const Ended run = ChildProgram({"run", file, "-o", "-"}, here.folder.path()).wait();
    CHECK(run.code == 0);
    CHECK(run.errors.empty());
    const Json one = Json::parse(run.output)["runs"][0];
    CHECK(one["algorithm"] == row["algorithm"]);
    CHECK(one["workers"] == row["workers"]);
    CHECK(one["simulated"]["makespan_s"] == row["simulated_time_s"]);
    CHECK(one["simulated"]["samples_per_s"].get<double>() ==
          doctest::Approx(row["samples_per_s"].get<double>()));
    CHECK(one["analytic"]["memory_bytes_per_worker"]["total"] ==
          row["memory_bytes_of_fullest_host"]);
  }
  // From the fastest to the smallest.
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CHECK(rows[i - 1]["time_per_sample_s"] < rows[i]["time_per_sample_s"]);
    CHECK(rows[i - 1]["memory_bytes_of_fullest_host"] > rows[i]["memory_bytes_of_fullest_host"]);
  }
  const Json& counts = report["plan"]["candidates"];
  CHECK(counts["all"] == counts["repeated"].get<int>() + counts["refused"].get<int>() +
                             counts["more_than_memory"].get<int>() + counts["pruned"].get<int>() +
                             counts["simulated"].get<int>());
}

TEST_CASE("plan: -o - writes the report alone, the same for any number of threads") {
  const Workplace here;
  const Ended one = here.run({"-o", "-", "-j", "1"});
  CHECK(one.code == 0);
  CHECK(Json::parse(one.output)["plan"]["rows"].size() >= 3);
  CHECK(here.run({"-o", "-", "-j", "3"}).output == one.output);
}

TEST_CASE("plan: a folder with anything in it, a file, and a missing place are refused before") {
  const Workplace here;
  const Ended full = here.run({"-o", "."});
  CHECK(full.code == 2);
  CHECK(full.errors.find("must be a new or an empty folder") != std::string::npos);
  const Ended file = here.run({"-o", "p.json"});
  CHECK(file.code == 2);
  CHECK(file.errors.find("must be a folder, or -, found the file p.json") != std::string::npos);
  const Ended nowhere = here.run({"-o", "no/such/place"});
  CHECK(nowhere.code == 3);
  CHECK(here.folder.entries() == 1);
}

TEST_CASE("plan: where nothing fits, it says what is nearest and how much is missing") {
  const Workplace here;
  const Ended ended = here.run({"--set", "/cluster/device/memory=10 kB"});
  CHECK(ended.code == 2);
  CHECK(ended.output.empty());
  CHECK(ended.errors.starts_with("lockstep: p.json: /plan: nothing fits: of "));
  CHECK(ended.errors.find(" candidates, the nearest is ") != std::string::npos);
  CHECK(ended.errors.find(" more than its device has\n") != std::string::npos);
}

TEST_CASE("plan: where nothing can be run, it says why") {
  const Workplace here;
  const Ended ended = here.run({"--set", R"(/plan={"kinds": ["hogwild", "asysvrg"]})"});
  CHECK(ended.code == 2);
  CHECK(ended.output.empty());
  CHECK(ended.errors.starts_with("lockstep: p.json: /plan: has no run that is possible: "));
  CHECK(ended.errors.find("must be \"shared_memory\" for hogwild") != std::string::npos);
}

TEST_CASE("plan: other commands refuse the key, and plan refuses a sweep") {
  const Workplace here;
  for (const char* command : {"run", "cost", "train", "execute", "check", "sweep"}) {
    const Ended ended = ChildProgram({command, "p.json"}, here.folder.path()).wait();
    CAPTURE(command);
    CHECK(ended.code == 2);
    CHECK(ended.errors.find("/plan: only `lockstep plan` searches it") != std::string::npos);
  }
  CHECK(ChildProgram({"validate", "p.json"}, here.folder.path()).wait().code == 0);
  const Ended swept = here.run({"--set", R"(/sweep={"/model/width": [64, 128]})"});
  CHECK(swept.code == 2);
  CHECK(swept.errors.find("/sweep: only `lockstep sweep`") != std::string::npos);
}

TEST_CASE("plan: a limit of events ends it with what was found") {
  const Workplace here;
  // 65,536 events, after which the limit is looked at, are those of a long run.
  const Ended ended =
      here.run({"--max-events", "1", "--set", "/training/iterations=4000", "-o", "-"});
  CHECK(ended.code == 3);
  CHECK(ended.errors.find("passed the 1 events of --max-events; ") != std::string::npos);
  CHECK(Json::parse(ended.output)["interrupted"] == true);
}

TEST_CASE("plan: a limit of time, and Ctrl-C, end it with what was found") {
  const Workplace here;
  // Asynchronous runs, whose closed forms are estimates, of many iterations: more than a minute.
  const Lines slow = {"--set", R"(/plan={"kinds": ["async_sgd", "downpour", "ssp", "adag"]})",
                      "--set", "/training/iterations=20000",
                      "-o",    "-"};
  Lines limited = slow;
  limited.insert(limited.end(), {"--max-time", "1 s"});
  const Ended late = here.run(limited);
  CHECK(late.code == 3);
  CHECK(late.errors.find("passed the 1 s of --max-time; ") != std::string::npos);
  CHECK(Json::parse(late.output)["interrupted"] == true);
  // A program that has not begun to search ends without a report.
  std::string output;
  for (useconds_t pause_us = 500'000; output.empty() && pause_us < 20'000'000; pause_us *= 2) {
    Lines arguments = slow;
    arguments.insert(arguments.begin(), {"plan", "p.json"});
    ChildProgram program(arguments, here.folder.path());
    usleep(pause_us);
    program.send(SIGINT);
    const Ended ended = program.wait();
    CHECK(ended.code == 130);
    output = ended.output;
  }
  const Json report = Json::parse(output);
  CHECK(report["interrupted"] == true);
  CHECK(report["plan"]["candidates"]["left"] > 0);
}

TEST_CASE("plan: --train adds the time to the target, and a front of its own") {
  const Workplace here;
  here.folder.write("t.json", trained);
  const Ended ended = here.run({"--train", "-o", "-"}, "t.json");
  REQUIRE(ended.code == 0);
  const Json rows = Json::parse(ended.output)["plan"]["rows"];
  REQUIRE(rows.size() >= 2);
  int on_target_front = 0;
  for (const Json& row : rows) {
    REQUIRE(row.contains("time_to_target_s"));
    CHECK(row["accuracy"] > 0);
    if (row["on_target_front"] == false) continue;
    ++on_target_front;
    CHECK(row["time_to_target_s"] > 0);
    for (const Json& other : rows)
      if (!other["time_to_target_s"].is_null() &&
          other["memory_bytes_of_fullest_host"] < row["memory_bytes_of_fullest_host"])
        CHECK(other["time_to_target_s"] > row["time_to_target_s"]);
  }
  CHECK(on_target_front >= 1);
  const Ended table = here.run({"--train"}, "t.json");
  CHECK(table.output.find("Time to target against memory\n") != std::string::npos);
  const Ended without = here.run(
      {"--train", "--set", R"(/training={"global_batch": 32, "iterations": 2})"}, "t.json");
  CHECK(without.code == 2);
  CHECK(without.errors.find("/training/target_accuracy: missing; --train needs it") !=
        std::string::npos);
}
