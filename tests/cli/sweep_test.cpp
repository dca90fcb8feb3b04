// lockstep sweep as a user meets it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* scenario = R"({
  "model": { "layers": 4, "width": 64 },
  "training": { "batch_per_worker": 16, "iterations": 3 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s" } },
  "sweep": { "/model/width": [64, 96], "/cluster/topology/hosts": { "from": 2, "to": 6, "step": 1 } },
  "algorithms": [ { "kind": "sync_sgd", "label": "ring" },
                  { "kind": "sync_sgd", "label": "star", "allreduce": "star" } ]
})";

class Workplace {
 public:
  Workplace() { folder.write("s.json", scenario); }

  [[nodiscard]] Ended run(Lines arguments) const {
    arguments.insert(arguments.begin(), {"sweep", "s.json"});
    return ChildProgram(arguments, folder.path()).wait();
  }
  // The lines of a file, sorted.
  [[nodiscard]] Lines sorted(const std::string& file) const { return lines_of(folder.read(file)); }
  static Lines lines_of(const std::string& text) {
    std::istringstream stream(text);
    Lines lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }

  TemporaryFolder folder;
};

Json line_at(const Lines& lines, std::size_t point) {
  for (const std::string& line : lines)
    if (Json json = Json::parse(line); json["point"] == point) return json;
  FAIL("no such point");
  return {};
}

// A sweep whose every point takes a while: 64 workers, message by message.
const Lines long_sweep = {"--set",   "/training/iterations=40",
                          "--sweep", "/cluster/topology/hosts=64",
                          "--sweep", R"(/training/seed={"from": 1, "to": 200, "step": 1})"};

}  // namespace

TEST_CASE("sweep: a line for each point, with the figures of each algorithm as a report has them") {
  const Workplace here;
  const Ended ended = here.run({"-o", "out.jsonl"});
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
  const Lines lines = here.sorted("out.jsonl");
  REQUIRE(lines.size() == 10);
  // Widths by hosts, the last axis varying fastest: point 7 is 96 and 4.
  const Json line = line_at(lines, 7);
  CHECK(line["at"].dump() == R"({"/model/width":96,"/cluster/topology/hosts":4})");
  REQUIRE(line["runs"].size() == 2);
  Json plain = Json::parse(scenario);
  plain.erase("sweep");
  here.folder.write("plain.json", plain.dump());
  const Ended report =
      ChildProgram({"run", "plain.json", "--set", "/model/width=96", "-o", "-"}, here.folder.path())
          .wait();
  REQUIRE(report.code == 0);
  const Json runs = Json::parse(report.output)["runs"];
  for (std::size_t i = 0; i < 2; ++i) {
    const Json& swept = line["runs"][i];
    CHECK(swept["label"] == runs[i]["label"]);
    CHECK(swept["workers"] == runs[i]["workers"]);
    CHECK(swept["analytic_time_s"] == runs[i]["analytic"]["time_s"]);
    CHECK(swept["time_is"] == "exact");
    CHECK(swept["simulated_time_s"] == runs[i]["simulated"]["makespan_s"]);
    CHECK(swept["samples_per_s"] == runs[i]["simulated"]["samples_per_s"]);
    CHECK(swept["speedup"] == runs[i]["comparison"]["speedup"]);
    CHECK(swept["flops"] == runs[i]["simulated"]["flops"]["total"]);
    CHECK(swept["bytes"] == runs[i]["simulated"]["bytes"]);
    CHECK(swept["messages"] == runs[i]["simulated"]["messages"]);
    CHECK(swept["memory_bytes_per_worker"] ==
          runs[i]["analytic"]["memory_bytes_per_worker"]["total"]);
    CHECK(swept["fits_in_memory"] == true);
    CHECK(swept["staleness_max"] == 0);
    // Equal workers, and what they do adds up to the time of the run.
    CHECK(swept["compute_s"] == runs[i]["simulated"]["workers"][0]["compute_s"]);
    CHECK(swept["compute_s"].get<double>() + swept["exposed_communication_s"].get<double>() +
              swept["idle_s"].get<double>() ==
          doctest::Approx(swept["simulated_time_s"].get<double>()));
  }
}

TEST_CASE("sweep: without -o there is a table, with -o - only lines") {
  const Workplace here;
  const Ended table = here.run({});
  CHECK(table.code == 0);
  CHECK(table.output.starts_with("width  hosts   ring    star  fastest\n"));
  CHECK(table.output.find("\n   96      6  ") != std::string::npos);
  const Ended lines = here.run({"-o", "-"});
  CHECK(Workplace::lines_of(lines.output).size() == 10);
  CHECK(lines.output.find("fastest") == std::string::npos);
}

TEST_CASE("sweep: the lines depend neither on the threads nor on how the sweep is divided") {
  const Workplace here;
  CHECK(here.run({"-o", "1.jsonl", "-j", "1"}).code == 0);
  CHECK(here.run({"-o", "4.jsonl", "-j", "4"}).code == 0);
  CHECK(here.sorted("1.jsonl") == here.sorted("4.jsonl"));
  std::string parts;
  for (int shard = 1; shard <= 3; ++shard) {
    const std::string file = fmt::format("shard{}.jsonl", shard);
    CHECK(here.run({"-o", file, "--shard", fmt::format("{}/3", shard)}).code == 0);
    parts += here.folder.read(file);
  }
  CHECK(Workplace::lines_of(parts) == here.sorted("1.jsonl"));
  // Parts put together are a file like any other, and nothing is left to do.
  here.folder.write("parts.jsonl", parts);
  CHECK(here.run({"-o", "parts.jsonl", "--resume"}).code == 0);
  CHECK(here.folder.read("parts.jsonl") == parts);
}

TEST_CASE("sweep: --resume finishes what is missing, and mends a line that was cut short") {
  const Workplace here;
  CHECK(here.run({"-o", "whole.jsonl", "-j", "1"}).code == 0);
  const std::string whole = here.folder.read("whole.jsonl");
  std::size_t third = 0;
  for (int line = 0; line < 3; ++line) third = whole.find('\n', third) + 1;
  here.folder.write("part.jsonl", whole.substr(0, third + 20));
  const Ended ended = here.run({"-o", "part.jsonl", "--resume"});
  CHECK(ended.code == 0);
  CHECK(ended.errors ==
        "lockstep: part.jsonl: its last line was cut short; that point runs again\n");
  CHECK(here.sorted("part.jsonl") == here.sorted("whole.jsonl"));
  // Without it, nothing is overwritten.
  const Ended again = here.run({"-o", "part.jsonl"});
  CHECK(again.code == 2);
  CHECK(again.errors == "lockstep: part.jsonl: there are results in it; --resume finishes them\n");
}

TEST_CASE("sweep: killed at any moment, it loses no line that it had written") {
  const Workplace here;
  Lines arguments = long_sweep;
  arguments.insert(arguments.end(), {"-o", "whole.jsonl"});
  REQUIRE(here.run(arguments).code == 0);
  arguments.back() = "killed.jsonl";
  arguments.insert(arguments.begin(), {"sweep", "s.json"});
  arguments.emplace_back("--resume");
  for (const std::size_t lines : {1, 40, 90}) {
    ChildProgram child(arguments, here.folder.path());
    while (!here.folder.has("killed.jsonl") || here.sorted("killed.jsonl").size() < lines)
      usleep(2000);
    child.send(SIGKILL);
    CHECK(child.wait().code == -1);
  }
  CHECK(ChildProgram(arguments, here.folder.path()).wait().code == 0);
  CHECK(here.sorted("killed.jsonl") == here.sorted("whole.jsonl"));
}

TEST_CASE("sweep: Ctrl-C keeps what is done and says how to go on") {
  const Workplace here;
  Lines arguments = long_sweep;
  arguments.insert(arguments.begin(), {"sweep", "s.json", "-o", "out.jsonl"});
  ChildProgram child(arguments, here.folder.path());
  while (!here.folder.has("out.jsonl") || here.folder.read("out.jsonl").empty()) usleep(2000);
  child.send(SIGINT);
  const Ended ended = child.wait();
  CHECK(ended.code == 130);
  CHECK(
      ended.errors ==
      fmt::format("lockstep: interrupted; {} of 400 points are done; --resume finishes the rest\n",
                  here.sorted("out.jsonl").size()));
  CHECK(here.folder.read("out.jsonl").ends_with("}\n"));
}

TEST_CASE("sweep: a file of another scenario, or of another sweep at work, is refused") {
  const Workplace here;
  CHECK(here.run({"-o", "out.jsonl"}).code == 0);
  const std::string before = here.folder.read("out.jsonl");
  const Ended other = here.run({"-o", "out.jsonl", "--resume", "--set", "/model/layers=5"});
  CHECK(other.code == 2);
  CHECK(other.errors.starts_with("lockstep: out.jsonl: line 1: is of another sweep, "));
  const Ended closed = here.run({"-o", "out.jsonl", "--resume", "--cost"});
  CHECK(closed.code == 2);
  here.folder.write("text.jsonl", "hello\n");
  CHECK(here.run({"-o", "text.jsonl", "--resume"}).errors ==
        "lockstep: text.jsonl: line 1: is no line of `lockstep sweep`\n");
  CHECK(here.folder.read("text.jsonl") == "hello\n");
  // Nor is what somebody else has written the begin of a line that was cut short.
  here.folder.write("text.jsonl", R"({"my":"precious"})");
  CHECK(here.run({"-o", "text.jsonl", "--resume"}).errors ==
        "lockstep: text.jsonl: line 1: is no line of `lockstep sweep`, or of another one\n");
  CHECK(here.folder.read("text.jsonl") == R"({"my":"precious"})");
  const int held = open(here.folder.file("out.jsonl").c_str(), O_RDONLY);
  REQUIRE(flock(held, LOCK_EX) == 0);
  const Ended locked = here.run({"-o", "out.jsonl", "--resume"});
  close(held);
  CHECK(locked.code == 2);
  CHECK(locked.errors == "lockstep: out.jsonl: another sweep is writing to it\n");
  CHECK(here.folder.read("out.jsonl") == before);
}

TEST_CASE("sweep: a line that somebody has damaged is refused") {
  const Workplace here;
  CHECK(here.run({"-o", "out.jsonl"}).code == 0);
  const Json whole = Json::parse(Workplace::lines_of(here.folder.read("out.jsonl")).front());
  const auto with = [&](const char* pointer, const char* value) {
    Json line = whole;
    line[Json::json_pointer(pointer)] = Json::parse(value);
    here.folder.write("bad.jsonl", line.dump() + "\n");
    return here.run({"-o", "bad.jsonl", "--resume"});
  };
  for (const auto& [pointer, value] :
       {std::pair("/runs", "5"), std::pair("/runs", "[5]"), std::pair("/runs", "[{}]"),
        std::pair("/runs/0/label", "5"), std::pair("/runs/0/samples_per_s", R"("x")"),
        std::pair("/runs/0/fits_in_memory", "1"), std::pair("/runs/0/error", "5"),
        std::pair("/files", "5")}) {
    CAPTURE(pointer);
    CAPTURE(value);
    const Ended ended = with(pointer, value);
    CHECK(ended.code == 2);
    CHECK(ended.errors == "lockstep: bad.jsonl: line 1: is damaged\n");
  }
}

TEST_CASE("sweep: what needs more memory than devices have is not the fastest") {
  const Workplace here;
  const Ended table =
      here.run({"--sweep", "/model/width=64", "--sweep", "/cluster/topology/hosts=2", "--sweep",
                R"(/cluster/device/memory="1 GB","1 kB")"});
  CHECK(table.code == 0);
  CHECK(table.output.find(" !  none fits\n") != std::string::npos);
  CHECK(table.output.ends_with("in samples per second; !: needs more memory than devices have\n"));
}

TEST_CASE("sweep: a point that fails is listed, and stops neither the others nor its neighbours") {
  const Workplace here;
  // No scenario has -1 layers.
  const Ended ended = here.run({"--sweep", "/model/layers=4,-1", "--sweep", "/model/width=64",
                                "--sweep", "/cluster/topology/hosts=2", "-o", "out.jsonl"});
  CHECK(ended.code == 1);
  CHECK(
      ended.errors ==
      "lockstep: s.json: at width = 64, hosts = 2, layers = -1: /model/layers: must be at least 1, "
      "found -1\n"
      "lockstep: 1 of 2 points failed; their lines have an \"error\"\n");
  const Json failed = line_at(here.sorted("out.jsonl"), 1);
  CHECK(failed["error"] == "/model/layers: must be at least 1, found -1");
  CHECK_FALSE(failed.contains("runs"));
  CHECK(line_at(here.sorted("out.jsonl"), 0)["runs"].size() == 2);
  // It is done, and failed still.
  const std::string before = here.folder.read("out.jsonl");
  const Ended resumed =
      here.run({"--sweep", "/model/layers=4,-1", "--sweep", "/model/width=64", "--sweep",
                "/cluster/topology/hosts=2", "-o", "out.jsonl", "--resume"});
  CHECK(resumed.code == 1);
  CHECK(here.folder.read("out.jsonl") == before);
}

TEST_CASE("sweep: an algorithm that cannot be run at a point leaves the others in peace") {
  const Workplace here;
  const Ended ended =
      here.run({"--sweep", "/model/width=64", "--sweep", "/cluster/topology/hosts=2", "--sweep",
                "/algorithms/0/allreduce=ring,circle", "-o", "-"});
  CHECK(ended.code == 1);
  const Json line = line_at(Workplace::lines_of(ended.output), 1);
  REQUIRE(line["runs"].size() == 2);
  CHECK(line["runs"][0].dump() ==
        R"({"label":"ring","error":"/algorithms/0/allreduce: unknown allreduce \"circle\""})");
  CHECK(line["runs"][1]["label"] == "star");
  CHECK(line["runs"][1].contains("samples_per_s"));
}

TEST_CASE("sweep: bad axes, shards and files are refused before anything runs") {
  const Workplace here;
  const auto errors = [&](const Lines& arguments) {
    const Ended ended = here.run(arguments);
    CHECK(ended.code == 2);
    CHECK(ended.output.empty());
    return ended.errors;
  };
  CHECK(
      errors({"--sweep", "/model/widht=1,2"}) ==
      "lockstep: s.json: /sweep/~1model~1widht: unknown key \"widht\"; did you mean \"width\"?\n");
  CHECK(errors({"--sweep", "/model/width=64,x"}) ==
        "lockstep: s.json: /sweep/~1model~1width/1: must be a number like the values before it, "
        "found \"x\"\n");
  CHECK(
      errors({"--sweep", "/model/width=[]"}) ==
      "lockstep: s.json: /sweep/~1model~1width: must be a list of at least one value, or a range, "
      "found a list of 0\n");
  CHECK(errors({"--sweep", R"(/training/seed={"from": 1, "to": 1000000, "step": 1})"}) ==
        "lockstep: s.json: /sweep: has 10000000 points, but the limit is 1000000\n");
  CHECK(errors({"--shard", "4/3"}) ==
        "lockstep: --shard: must be i/n, such as 1/4, with i from 1 to n, found \"4/3\"\n");
  CHECK(errors({"--shard", "0/3"}).find("with i from 1 to n") != std::string::npos);
  CHECK(errors({"--resume"}) == "lockstep: --resume: needs -o FILE, whose lines it goes on from\n");
  CHECK(errors({"-o", "no/out.jsonl"}).find("no/out.jsonl: cannot be written") !=
        std::string::npos);
  CHECK(errors({"-o", "s.json"}).find("would be overwritten, but it is a scenario") !=
        std::string::npos);
  Json plain = Json::parse(scenario);
  plain.erase("sweep");
  here.folder.write("s.json", plain.dump());
  CHECK(errors({}) ==
        "lockstep: s.json: /sweep: missing; or give axes by --sweep /json/pointer=a,b,c\n");
}

TEST_CASE("sweep: --cost takes the closed forms alone, raw flows have none") {
  const Workplace here;
  const Ended ended = here.run({"--cost", "-o", "-"});
  CHECK(ended.code == 0);
  const Lines lines = Workplace::lines_of(ended.output);
  REQUIRE(lines.size() == 10);
  const Json run = line_at(lines, 0)["runs"][0];
  CHECK(run.contains("analytic_time_s"));
  CHECK(run.contains("messages"));
  CHECK_FALSE(run.contains("simulated_time_s"));
  here.folder.write("s.json", R"({
    "cluster": {"topology": {"kind": "star", "hosts": 2, "link": {"bandwidth": 1e6}}},
    "sweep": {"/traffic/0/bytes": [1000000, 2000000]},
    "traffic": [{"from": "host0", "to": "host1", "bytes": 1}]})");
  // A megabyte a second.
  const Ended flows = here.run({"-o", "-"});
  CHECK(flows.code == 0);
  const Json flow = line_at(Workplace::lines_of(flows.output), 1)["runs"][0];
  CHECK(flow.dump() == R"({"label":"traffic","simulated_time_s":2.0,"bytes":2000000,"flows":1})");
  CHECK(here.run({"--cost", "-o", "-"}).code == 1);
}

TEST_CASE("sweep: docs/sweep.md tells of every field") {
  const Workplace here;
  const std::string text =
      lockstep::testing::read_text(lockstep::testing::source_folder() / "docs/sweep.md");
  std::size_t fields = 0;
  const auto check = [&](const Json& object, const std::string& prefix) {
    for (const auto& [key, value] : object.items()) {
      CAPTURE(key);
      CHECK(text.find("| `" + prefix + key) != std::string::npos);
      ++fields;
    }
  };
  const Ended ended =
      here.run({"-o", "-", "--set", R"(/algorithms/2={"kind": "async_sgd", "label": "async"})"});
  for (const std::string& line : Workplace::lines_of(ended.output)) {
    const Json json = Json::parse(line);
    check(json, "");
    for (const Json& run : json["runs"]) check(run, "runs[].");
  }
  CHECK(fields > 700);
}

TEST_CASE("sweep: the Slurm script runs its part, and goes on when it is submitted again") {
  const Workplace here;
  const std::string script = (lockstep::testing::source_folder() / "docs/sweep.slurm").string();
  const auto job = [&](int number) {
    return ChildProgram({"-c", fmt::format("SLURM_ARRAY_TASK_ID={} SLURM_ARRAY_TASK_COUNT=2 "
                                           "SLURM_CPUS_PER_TASK=2 LOCKSTEP='{}' '{}' s.json",
                                           number, lockstep::testing::program_path(), script)},
                        here.folder.path(), "", "/bin/bash")
        .wait();
  };
  for (const int number : {1, 2, 2}) CHECK(job(number).code == 0);
  CHECK(here.run({"-o", "whole.jsonl"}).code == 0);
  CHECK(Workplace::lines_of(here.folder.read("s-1.jsonl") + here.folder.read("s-2.jsonl")) ==
        here.sorted("whole.jsonl"));
}
