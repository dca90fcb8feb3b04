// `lockstep sweep` under mpirun, from outside: rank 0 hands out the points and writes the lines.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/mpi_job.hpp"

using lockstep::cli::testing::can_run_mpi;
using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::ends;
using lockstep::cli::testing::MpiJob;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

namespace {

// 40 points.
constexpr const char* scenario = R"({
  "model": { "layers": 4, "width": 64 },
  "training": { "batch_per_worker": 16, "iterations": 3 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s" } },
  "sweep": { "/model/width": { "from": 64, "to": 512, "times": 2 },
             "/cluster/topology/hosts": { "from": 2, "to": 11, "step": 1 } },
  "algorithms": [ { "kind": "sync_sgd", "label": "ring" },
                  { "kind": "sync_sgd", "label": "star", "allreduce": "star" } ]
})";

// Every point takes a while: 64 workers, message by message.
const Texts long_sweep = {"--set",   "/training/iterations=40",
                          "--sweep", "/cluster/topology/hosts=64",
                          "--sweep", R"(/training/seed={"from": 1, "to": 400, "step": 1})"};

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

struct Workplace {
  TemporaryFolder folder;

  Workplace() { folder.write("s.json", scenario); }
  static Texts with_scenario(Texts arguments) {
    arguments.insert(arguments.begin(), "s.json");
    return arguments;
  }
  [[nodiscard]] Ended here(Texts arguments) const {
    arguments = with_scenario(std::move(arguments));
    arguments.insert(arguments.begin(), "sweep");
    return ChildProgram(arguments, folder.path()).wait();
  }
  [[nodiscard]] Ended on_mpi(int processes, const Texts& arguments) const {
    return MpiJob(processes, with_scenario(arguments), folder, "sweep").wait();
  }
  [[nodiscard]] Texts sorted(const std::string& file) const {
    std::istringstream stream(folder.read(file));
    Texts lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }
  // Waits until a sweep has written some lines.
  void wait_for_lines(const std::string& file, std::size_t lines) const {
    while (!folder.has(file) || times(folder.read(file), "\n") < lines) usleep(2000);
  }
};

}  // namespace

TEST_CASE("sweep on mpi: the lines are those of threads, and one process tells of them") {
  if (!can_run_mpi()) return;
  const Workplace at;
  REQUIRE(at.here({"-o", "threads.jsonl", "-j", "1"}).code == 0);
  for (const int processes : {1, 2, 4}) {
    CAPTURE(processes);
    const std::string file = "mpi" + std::to_string(processes) + ".jsonl";
    const Ended ended = at.on_mpi(processes, {"-o", file});
    CAPTURE(ended.errors);
    CHECK(ended.code == 0);
    CHECK(times(ended.output, "fastest") == 1);
    CHECK(at.sorted(file) == at.sorted("threads.jsonl"));
  }
  CHECK(at.here({"-o", "cost.jsonl", "--cost"}).code == 0);
  CHECK(at.on_mpi(3, {"-o", "cost_mpi.jsonl", "--cost", "--html", "page.html"}).code == 0);
  CHECK(at.sorted("cost_mpi.jsonl") == at.sorted("cost.jsonl"));
  CHECK(at.folder.read("page.html").starts_with("<!doctype html>"));
}

TEST_CASE("sweep on mpi: several processes are found out without an option") {
  if (!can_run_mpi()) return;
  const Workplace at;
  REQUIRE(at.here({"-o", "threads.jsonl"}).code == 0);
  const Ended ended = MpiJob(3, {"s.json", "-o", "mpi.jsonl"}, at.folder, "sweep", false).wait();
  CAPTURE(ended.errors);
  CHECK(ended.code == 0);
  CHECK(at.sorted("mpi.jsonl") == at.sorted("threads.jsonl"));
  // Each by itself: one of them takes the file.
  const Ended apart = MpiJob(2, {"s.json", "-o", "apart.jsonl", "--transport", "threads"},
                             at.folder, "sweep", false)
                          .wait();
  CHECK(apart.code != 0);
}

TEST_CASE("sweep on mpi: parts of the points, and the rest of a file, are run by all") {
  if (!can_run_mpi()) return;
  const Workplace at;
  REQUIRE(at.here({"-o", "whole.jsonl", "-j", "1"}).code == 0);
  REQUIRE(at.on_mpi(2, {"-o", "part.jsonl", "--shard", "1/2"}).code == 0);
  CHECK(at.sorted("part.jsonl").size() == 20);
  REQUIRE(at.on_mpi(3, {"-o", "part.jsonl", "--resume"}).code == 0);
  CHECK(at.sorted("part.jsonl") == at.sorted("whole.jsonl"));
  // Nothing is left to do.
  CHECK(at.on_mpi(3, {"-o", "part.jsonl", "--resume"}).code == 0);
  CHECK(at.sorted("part.jsonl") == at.sorted("whole.jsonl"));
}

TEST_CASE("sweep on mpi: points that fail are exit 1, said once") {
  if (!can_run_mpi()) return;
  const Workplace at;
  const Texts arguments = {"--sweep", "/model/layers=4,-1", "--sweep", "/model/width=64"};
  Texts there = arguments;
  there.insert(there.end(), {"-o", "mpi.jsonl"});
  const Ended ended = at.on_mpi(3, there);
  CHECK(ended.code == 1);
  CHECK(times(ended.errors, "10 of 20 points failed; their lines have an \"error\"") == 1);
  CHECK(times(ended.errors, "/model/layers: must be at least 1, found -1") == 10);
  there.back() = "threads.jsonl";
  CHECK(at.here(there).code == 1);
  CHECK(at.sorted("mpi.jsonl") == at.sorted("threads.jsonl"));
}

TEST_CASE("sweep on mpi: what is wrong is said once, and nothing hangs") {
  if (!can_run_mpi()) return;
  const Workplace at;
  const auto refused = [&](const Texts& arguments, const std::string& message) {
    const Ended ended = at.on_mpi(3, arguments);
    CAPTURE(ended.errors);
    CHECK(ended.code == 2);
    CHECK(times(ended.errors, message) == 1);
  };
  refused({"--shard", "4/3"}, "--shard: must be i/n");
  refused({"--sweep", "/model/widht=1,2"}, "did you mean \"width\"?");
  refused({"-j", "2"}, "--jobs: each process of an MPI job runs one point at a time");
  at.folder.write("text.jsonl", "hello\n");
  refused({"-o", "text.jsonl"}, "there are results in it; --resume finishes them");
  // A disk that is full.
  const Ended full = at.on_mpi(3, {"-o", "/dev/full"});
  CHECK(full.code == 3);
  CHECK(times(full.errors, "/dev/full: cannot be written: No space left on device") == 1);
}

TEST_CASE("sweep on mpi: processes that read different scenarios are refused") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Json other = Json::parse(scenario);
  other["model"]["layers"] = 5;
  at.folder.write("other.json", other.dump());
  // The rank's number is in the environment.
  const std::string program = lockstep::testing::program_path();
  const std::string command = "f=s.json; test $OMPI_COMM_WORLD_RANK = 1 && f=other.json; exec " +
                              program + " sweep $f -o out.jsonl";
  const Ended ended = ChildProgram({"--foreground", "60", "mpirun", "--allow-run-as-root",
                                    "--oversubscribe", "-n", "3", "sh", "-c", command},
                                   at.folder.path(), "", "timeout")
                          .wait();
  CHECK(ended.code == 2);
  CHECK(times(ended.errors, "rank 1 read different scenarios from rank 0") == 1);
}

TEST_CASE("sweep on mpi: a rank that is killed ends the job with exit code 3, and lines are kept") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Texts arguments = Workplace::with_scenario(long_sweep);
  arguments.insert(arguments.end(), {"-o", "out.jsonl"});
  MpiJob job(3, arguments, at.folder, "sweep");
  const std::vector<pid_t> processes = job.ranks();
  at.wait_for_lines("out.jsonl", 3);
  kill(processes.back(), SIGKILL);
  const Ended ended = job.wait();
  CAPTURE(ended.errors);
  CHECK(ended.code == 3);
  CHECK(times(ended.errors, "was lost: signal 9 (Killed)") == 1);
  for (const pid_t process : processes) CHECK(ends(process));
  const std::size_t kept = at.sorted("out.jsonl").size();
  CHECK(kept >= 3);
  CHECK(kept < 1600);
  CHECK(at.folder.read("out.jsonl").ends_with("}\n"));
}

TEST_CASE("sweep on mpi: Ctrl-C ends all processes and keeps the lines; --resume goes on") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Texts arguments = long_sweep;
  arguments.insert(arguments.end(), {"-o", "out.jsonl", "--sweep", "/model/width=64", "--resume"});
  MpiJob job(3, Workplace::with_scenario(arguments), at.folder, "sweep");
  const std::vector<pid_t> processes = job.ranks();
  at.wait_for_lines("out.jsonl", 3);
  job.program().send(SIGINT);
  const Ended ended = job.wait();
  CAPTURE(ended.errors);
  CHECK(ended.code != 0);
  for (const pid_t process : processes) CHECK(ends(process));
  const std::size_t kept = at.sorted("out.jsonl").size();
  CHECK(kept >= 3);
  CHECK(kept < 400);
  REQUIRE(at.here(arguments).code == 0);
  CHECK(at.sorted("out.jsonl").size() == 400);
}

// Of one rank alone, which is not asked by mpirun.
TEST_CASE("sweep on mpi: one process that is asked to end ends all, with exit code 130") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Texts arguments = Workplace::with_scenario(long_sweep);
  arguments.insert(arguments.end(), {"-o", "out.jsonl"});
  MpiJob job(3, arguments, at.folder, "sweep");
  const std::vector<pid_t> processes = job.ranks();
  at.wait_for_lines("out.jsonl", 3);
  kill(processes.back(), SIGUSR1);
  const Ended ended = job.wait();
  CAPTURE(ended.errors);
  CHECK(ended.code == 130);
  CHECK(times(ended.errors, "points are done; --resume finishes the rest") == 1);
  for (const pid_t process : processes) CHECK(ends(process));
}

// As a launcher sets it, around a program that may be built without MPI.
TEST_CASE("sweep on mpi: without MPI, one of several processes says what to install") {
  if (can_run_mpi()) return;
  const Workplace at;
  setenv("OMPI_COMM_WORLD_SIZE", "2", 1);
  const Ended ended = at.here({"-o", "out.jsonl"});
  unsetenv("OMPI_COMM_WORLD_SIZE");
  if (ended.errors.find("built without") == std::string::npos) return;
  CHECK(ended.code == 2);
  CHECK(ended.errors.find("libopenmpi-dev") != std::string::npos);
  CHECK_FALSE(at.folder.has("out.jsonl"));
}
