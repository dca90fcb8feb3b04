// `lockstep train` and `lockstep execute`, from outside.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

// Costed: 8 layers of 512; computed: 3 of 64.
const std::string digits = R"({
  "name": "digits",
  "model": { "layers": 8, "width": 512 },
  "numerics": { "layers": 3, "width": 64 },
  "data": "digits",
  "training": { "batch_per_worker": 8, "iterations": 40, "learning_rate": 0.1 },
  "cluster": { "topology": { "kind": "star", "hosts": 3,
                             "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
               "device": { "flops": "1 TFLOP/s" } },
  "algorithms": [ { "kind": "sync_sgd" }, { "kind": "async_sgd" } ]
})";

struct Workplace {
  TemporaryFolder folder;

  Workplace() { folder.write("digits.json", digits); }
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const {
    return ChildProgram(arguments, folder.path(), "").wait();
  }
};

}  // namespace

TEST_CASE("train: losses against simulated time, and what network they are of") {
  const Workplace here;
  const Ended ended = here.run({"train", "digits.json", "--points", "5", "-o", "report.json",
                                "--set", "/training/target_accuracy=0.999"});
  CHECK(ended.code == 0);
  CHECK(ended.output.find("not reached") != std::string::npos);
  CHECK(ended.output.find("3 x (64 x 64)") != std::string::npos);
  const Json report = Json::parse(here.folder.read("report.json"));
  for (const Json& run : report["runs"]) {
    const Json& loss = run["loss"];
    REQUIRE(loss["loss"].size() == 6);
    CHECK(loss["time_s"].back() == run["simulated"]["makespan_s"]);
    CHECK(loss["loss"].back() < loss["loss"].front());
    CHECK(loss["network"]["is_the_model"] == false);
    CHECK(loss["target"]["reached"] == false);
    // Iterations x 8 samples x workers: 3, and 2 beside a dedicated server.
    CHECK(loss["samples"].back() == 40 * 8 * run["workers"].get<int>());
  }
}

TEST_CASE("train: with failures the curve is on the wall clock") {
  const Workplace here;
  const Ended ended =
      here.run({"train", "digits.json", "--points", "4", "-o", "report.json", "--set",
                R"(/cluster/failures={"at": [{"time": "1 ms", "host": 1}], "repair": "1 s"})"});
  CHECK(ended.code == 0);
  const Json report = Json::parse(here.folder.read("report.json"));
  for (const Json& run : report["runs"]) {
    CHECK(run["goodput"]["wall_s"].get<double>() > 1);
    CHECK(run["loss"]["time_s"].back() == run["goodput"]["wall_s"]);
  }
}

TEST_CASE("train: elastic runs of workers with models of their own are refused") {
  const Workplace here;
  const Ended ended =
      here.run({"train", "digits.json", "--set", R"(/algorithms=[{"kind": "model_averaging"}])",
                "--set", R"(/cluster/failures={"mtbf": "1 s", "elastic": true})"});
  CHECK(ended.code == 2);
  CHECK(ended.errors ==
        "lockstep: digits.json: /cluster/failures/elastic: `lockstep train` cannot follow "
        "model_averaging, whose workers have models of their own, from one number of workers to "
        "another\n");
}

TEST_CASE("train: a training that failures never let end is not reported") {
  const Workplace here;
  const Ended ended =
      here.run({"train", "digits.json", "--set", R"(/algorithms=[{"kind": "sync_sgd"}])", "--set",
                R"(/cluster/failures={"mtbf": "1 us", "repair": "1 s"})", "-o", "report.json"});
  CHECK(ended.code == 3);
  CHECK(ended.errors.find("/algorithms/0: never ends: it fails before it gets on") !=
        std::string::npos);
}

TEST_CASE("train: the report is the same on any number of threads") {
  const Workplace here;
  const Ended one = here.run({"train", "digits.json", "--threads", "1", "-o", "-"});
  const Ended three = here.run({"train", "digits.json", "--threads", "3", "-o", "-"});
  CHECK(one.code == 0);
  CHECK(one.output == three.output);
}

TEST_CASE("train: a loss that is no number ends with exit 3 and the report up to there") {
  const Workplace here;
  const Ended ended = here.run({"train", "digits.json", "--set", "/training/learning_rate=1e30",
                                "--set", "/numerics/activation=relu", "-o", "report.json"});
  CHECK(ended.code == 3);
  CHECK(ended.errors.find("digits.json: /algorithms/0: the loss stopped being a finite number") !=
        std::string::npos);
  const Json report = Json::parse(here.folder.read("report.json"));
  CHECK(report["runs"].size() == 2);
  CHECK(report["runs"][0]["loss"]["diverged"] == true);
}

TEST_CASE("train: wrong usage and a scenario without data") {
  const Workplace here;
  const Ended threads = here.run({"train", "digits.json", "--threads", "0"});
  CHECK(threads.code == 2);
  CHECK(threads.errors.find("--threads: must be a whole number from 1 to 1024, found \"0\"") !=
        std::string::npos);
  std::string without = digits;
  without.replace(without.find("\"data\": \"digits\","), 17, "");
  here.folder.write("without.json", without);
  const Ended ended = here.run({"train", "without.json"});
  CHECK(ended.code == 2);
  CHECK(ended.errors.find("/data") != std::string::npos);
}

TEST_CASE("execute: real training counts what the closed form says, and ends as train does") {
  const Workplace here;
  CHECK(here.run({"train", "digits.json", "-o", "train.json"}).code == 0);
  const Ended ended = here.run({"execute", "digits.json", "-o", "execute.json"});
  CHECK(ended.code == 0);
  const Json trained = Json::parse(here.folder.read("train.json"));
  const Json executed = Json::parse(here.folder.read("execute.json"));
  for (const Json& run : executed["runs"]) {
    CHECK(run["executed"]["flops"] == run["analytic"]["flops"]);
    CHECK(run["executed"]["bytes"] == run["analytic"]["bytes"]);
    CHECK(run["executed"]["messages"] == run["analytic"]["messages"]);
    CHECK(run["executed"]["iteration_s"]["median"] > 0.0);
  }
  // The ring sums in the same order whenever messages come; asynchronous pushes do not.
  CHECK(executed["runs"][0]["executed"]["parameters_sha256"] ==
        trained["runs"][0]["loss"]["parameters_sha256"]);
}

TEST_CASE("execute: a loss that is no number in the end is told, with exit 3 and the report") {
  const Workplace here;
  const Ended ended = here.run({"execute", "digits.json", "--set", "/training/learning_rate=1e30",
                                "--set", "/numerics/activation=relu", "-o", "report.json"});
  CHECK(ended.code == 3);
  CHECK(ended.errors.find("digits.json: /algorithms/0: the final loss is not a finite number") !=
        std::string::npos);
  CHECK(Json::parse(here.folder.read("report.json"))["runs"].size() == 2);
}

TEST_CASE("train: the order of a real run gives its parameters bit for bit") {
  const Workplace here;
  REQUIRE(here.run({"execute", "digits.json", "--order", "order.json", "-o", "e.json"}).code == 0);
  REQUIRE(here.run({"train", "digits.json", "--replay", "order.json", "-o", "t.json"}).code == 0);
  const Json executed = Json::parse(here.folder.read("e.json"));
  const Json trained = Json::parse(here.folder.read("t.json"));
  for (std::size_t run = 0; run < 2; ++run)
    CHECK(executed["runs"][run]["executed"]["parameters_sha256"] ==
          trained["runs"][run]["loss"]["parameters_sha256"]);
}

TEST_CASE("train: an order that is none, or of other runs, is refused") {
  const Workplace here;
  const Ended none = here.run({"train", "digits.json", "--replay", "digits.json"});
  CHECK(none.code == 2);
  CHECK(none.errors.find("is not what `lockstep execute --order` writes") != std::string::npos);
  REQUIRE(here.run({"execute", "digits.json", "--order", "order.json"}).code == 0);
  const Ended other = here.run(
      {"train", "digits.json", "--replay", "order.json", "--set", "/algorithms/1/kind=adag"});
  CHECK(other.code == 2);
  CHECK(other.errors ==
        "lockstep: order.json: has no order for run \"adag\" with 3 ranks (digits.json: "
        "/algorithms/1)\n");
}

TEST_CASE("train: workers that race for shared parameters have no order, and replaying says so") {
  const Workplace here;
  const std::vector<std::string> race = {"digits.json", "--set", "/algorithms/1/kind=hogwild",
                                         "--set", "/cluster/topology/kind=shared_memory"};
  const auto with_race = [&](const std::vector<std::string>& words) {
    std::vector<std::string> line = words;
    line.insert(line.begin() + 1, race.begin(), race.end());
    return here.run(line);
  };
  REQUIRE(with_race({"execute", "--order", "order.json"}).code == 0);
  CHECK(Json::parse(here.folder.read("order.json"))["runs"].size() == 1);
  const Ended ended = with_race({"train", "--replay", "order.json"});
  CHECK(ended.code == 2);
  CHECK(ended.errors ==
        "lockstep: order.json: the workers of \"hogwild\" race on shared parameters, so no "
        "recorded order can reproduce the run\n");
}

TEST_CASE("train: an order that contradicts itself is refused, and says where") {
  const Workplace here;
  REQUIRE(here.run({"execute", "digits.json", "--order", "order.json"}).code == 0);
  const Json order = Json::parse(here.folder.read("order.json"));
  const auto with = [&](const Json::json_pointer& place, const Json& value) {
    Json changed = order;
    changed[place] = value;
    here.folder.write("changed.json", changed.dump());
    return here.run({"train", "digits.json", "--replay", "changed.json", "-o", "out.json"});
  };
  // The server of the second run takes 40 pushes of each of two workers; one worker makes no 80.
  const Json::json_pointer sources("/runs/1/ranks/2/sources");
  const std::string tag = order[sources].begin().key();
  const Ended all_of_one = with(sources / tag, std::vector<int>(80, 0));
  CHECK(all_of_one.code == 2);
  CHECK(all_of_one.errors.find("changed.json: does not match run \"async_sgd\" of the scenario, or "
                               "contradicts itself:") != std::string::npos);
  CHECK(all_of_one.errors.find("rank 2 waits for a message from rank 0 with tag") !=
        std::string::npos);
  const Ended too_short = with(sources / tag, std::vector<int>(3, 1));
  CHECK(too_short.code == 2);
  CHECK(too_short.errors.find("rank 2: the order records 3 messages from any rank with tag ") !=
        std::string::npos);
  const Ended no_such_rank = with(sources / tag / 5, 3);
  CHECK(no_such_rank.code == 2);
  CHECK(no_such_rank.errors.find("changed.json: /runs/1/ranks/2/sources/") != std::string::npos);
  CHECK_FALSE(here.folder.has("out.json"));
}

TEST_CASE("train: flows have nothing to train, and a sweep is for sweep and check") {
  const Workplace here;
  here.folder.write("flows.json", R"({
    "cluster": {"topology": {"kind": "star", "hosts": 2, "link": {"bandwidth": 1e6}}},
    "traffic": [{"from": "host0", "to": "host1", "bytes": 1}]})");
  for (const std::string command : {"train", "execute", "check"}) {
    CAPTURE(command);
    const Ended ended = here.run({command, "flows.json", "-o", "out.json"});
    CHECK(ended.code == 2);
    CHECK(ended.errors ==
          "lockstep: flows.json: /traffic: has no model to train; `lockstep run` simulates it\n");
  }
  CHECK(here.run({"explain", "sync_sgd", "flows.json"}).code == 2);
  for (const std::string command : {"run", "cost", "train", "execute"}) {
    CAPTURE(command);
    const Ended ended =
        here.run({command, "digits.json", "--set", R"(/sweep={"/model/width": [64]})"});
    CHECK(ended.code == 2);
    CHECK(ended.errors.find("/sweep: only `lockstep sweep` and `lockstep check`") !=
          std::string::npos);
  }
  CHECK(here.run({"validate", "digits.json", "--set", R"(/sweep={"/model/width": [64]})"}).code ==
        0);
  CHECK_FALSE(here.folder.has("out.json"));
}

TEST_CASE("execute: an unknown transport is refused") {
  const Workplace here;
  const Ended ended = here.run({"execute", "digits.json", "--transport", "pigeon"});
  CHECK(ended.code == 2);
  CHECK(ended.errors.find("--transport: must be threads or mpi, found \"pigeon\"") !=
        std::string::npos);
}
