// The built program, from outside: exit codes, messages, files.
#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

const std::string quick = R"({
  "name": "quick",
  "model": { "layers": 2, "width": 64 },
  "training": { "batch_per_worker": 8, "iterations": 2 },
  "cluster": { "topology": { "kind": "star", "hosts": 4,
                             "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
               "device": { "flops": "1 TFLOP/s" } },
  "algorithms": [ { "kind": "sgd" }, { "kind": "sync_sgd" } ]
})";

const std::string flows = R"({
  "name": "flows",
  "cluster": { "topology": { "kind": "star", "hosts": 2,
                             "link": { "bandwidth": "8 Mbit/s", "latency": 0 } } },
  "traffic": [ { "from": "host0", "to": "host1", "bytes": 1000000, "start": 0 } ]
})";

// A ring of 1,000 ranks, 2,000 messages each an iteration: hours of simulating.
const std::string endless = R"({
  "name": "endless",
  "model": { "layers": 1, "width": 64 },
  "training": { "batch_per_worker": 1, "iterations": 100000 },
  "cluster": { "topology": { "kind": "star", "hosts": 1000,
                             "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
               "device": { "flops": "1 TFLOP/s" } },
  "algorithm": { "kind": "sync_sgd" }
})";

// A folder with the scenarios above, and the program run in it.
struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("quick.json", quick);
    folder.write("flows.json", flows);
    folder.write("endless.json", endless);
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments,
                          const std::string& output = "") const {
    return ChildProgram(arguments, folder.path(), output).wait();
  }
  // Ends with `code`, one message, and nothing on stdout.
  void check_refused(const std::vector<std::string>& arguments, int code,
                     const std::string& message) const {
    const Ended ended = run(arguments);
    CHECK(ended.code == code);
    CHECK(ended.errors == message);
    CHECK(ended.output.empty());
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("cli: help and version go to stdout") {
  const Workplace place;
  const Ended help = place.run({"--help"});
  CHECK(help.code == 0);
  for (const char* command : {"run", "cost", "validate", "schema", "list", "explain"}) {
    CHECK(has(help.output, std::string("\n  ") + command + " "));
    const Ended own = place.run({command, "--help"});
    CHECK(own.code == 0);
    CHECK(has(own.output, std::string("usage: lockstep ") + command));
    CHECK(own.errors.empty());
  }
  CHECK(place.run({"--version"}).output.starts_with("lockstep "));
  CHECK(place.run({"run", "--version"}).output == place.run({"--version"}).output);
}

TEST_CASE("cli: bad usage is exit code 2 with one line") {
  const Workplace place;
  place.check_refused({}, 2, "lockstep: no command given; `lockstep --help` lists them\n");
  place.check_refused({"rnu"}, 2, "lockstep: unknown command \"rnu\"; did you mean \"run\"?\n");
  place.check_refused({"run", "quick.json", "--quite"}, 2,
                      "lockstep: unknown option \"--quite\"; did you mean \"--quiet\"?\n");
  place.check_refused({"run"}, 2, "lockstep: too few arguments; usage: lockstep run SCENARIO...\n");
  place.check_refused({"schema", "x"}, 2,
                      "lockstep: unexpected argument \"x\"; usage: lockstep schema\n");
  place.check_refused({"list", "linsk"}, 2,
                      "lockstep: unknown list \"linsk\"; did you mean \"links\"?\n");
  place.check_refused({"explain", "sync_sdg"}, 2,
                      "lockstep: unknown algorithm \"sync_sdg\"; did you mean \"sync_sgd\"?\n");
  place.check_refused({"run", "quick.json", "--set", "layers"}, 2,
                      "lockstep: --set: must look like /json/pointer=value, found \"layers\"\n");
  place.check_refused(
      {"run", "quick.json", "--seed", "-1"}, 2,
      "lockstep: --seed: must be a whole number from 0 to 2^64 - 1, found \"-1\"\n");
  place.check_refused({"run", "quick.json", "-o", "./quick.json"}, 2,
                      "lockstep: ./quick.json: would be overwritten, but it is a scenario\n");
  place.check_refused({"cost", "flows.json"}, 2,
                      "lockstep: flows.json: /traffic: has no closed form; `lockstep run` "
                      "simulates it\n");
}

TEST_CASE("cli: a missing file is exit code 2") {
  const Workplace place;
  place.check_refused({"run", "no.json"}, 2, "lockstep: no.json: no such file\n");
}

TEST_CASE("cli: all faults of a scenario are told, with file and pointer") {
  const Workplace place;
  const Ended ended = place.run({"run", "quick.json", "--set", "/cluster/topology/hosts=0", "--set",
                                 "/training/iterations=0"});
  CHECK(ended.code == 2);
  CHECK(has(ended.errors,
            "lockstep: quick.json: /cluster/topology/hosts: must be at least 1, found 0\n"));
  CHECK(has(ended.errors,
            "lockstep: quick.json: /training/iterations: must be at least 1, found 0\n"));
  CHECK(ended.output.empty());
}

TEST_CASE("cli: a hostile name cannot drive the terminal") {
  const Workplace place;
  const Ended ended = place.run({"run", "\x1b[2J.json"});
  CHECK(ended.code == 2);
  CHECK(ended.errors == "lockstep: \\x1b[2J.json: no such file\n");
}

TEST_CASE("cli: run prints tables and no escape sequences into a pipe") {
  const Workplace place;
  const Ended ended = place.run({"run", "quick.json", "flows.json"});
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
  CHECK(ended.output.starts_with("quick\n"));
  CHECK(has(ended.output, "speed-up"));
  CHECK(has(ended.output, "\nflows\n"));
  // 1 MB over 1 MB/s
  CHECK(has(ended.output, "host0  host1   1 MB    0 s     1 s  8 Mbit/s\n"));
  CHECK_FALSE(has(ended.output, "\x1b"));
}

TEST_CASE("cli: -o - writes JSON and nothing else to stdout") {
  const Workplace place;
  const Ended one = place.run({"run", "quick.json", "-o", "-"});
  CHECK(one.code == 0);
  const Json report = Json::parse(one.output, nullptr, false);
  REQUIRE(report.is_object());
  CHECK(report["schema"] == 1);
  CHECK(report["runs"].size() == 2);
  CHECK(report["runs"][1]["simulated"]["bytes"] == report["runs"][1]["analytic"]["bytes"]);
  const Json two =
      Json::parse(place.run({"run", "quick.json", "flows.json", "-o", "-"}).output, nullptr, false);
  REQUIRE(two.is_array());
  CHECK(two.size() == 2);
}

TEST_CASE("cli: cost reports closed forms only") {
  const Workplace place;
  const Json report =
      Json::parse(place.run({"cost", "quick.json", "-o", "-"}).output, nullptr, false);
  REQUIRE(report.is_object());
  CHECK(report["runs"][1].contains("analytic"));
  CHECK_FALSE(report["runs"][1].contains("simulated"));
  CHECK_FALSE(report["runs"][1].contains("links"));
}

TEST_CASE("cli: the same scenario gives the same report, byte for byte") {
  const Workplace place;
  CHECK(place.run({"run", "quick.json", "-o", "a.json", "--seed", "7"}).code == 0);
  CHECK(place.run({"run", "quick.json", "-o", "b.json", "--seed", "7"}).code == 0);
  CHECK_FALSE(place.folder.read("a.json").empty());
  CHECK(place.folder.read("a.json") == place.folder.read("b.json"));
}

TEST_CASE("cli: --csv writes a row per run") {
  const Workplace place;
  CHECK(place.run({"run", "quick.json", "--csv", "runs.csv"}).code == 0);
  CHECK(place.folder.read("runs.csv").starts_with("scenario,algorithm,"));
  CHECK(has(place.folder.read("runs.csv"), "\r\nquick,sync_sgd,sync_sgd,4,"));
  place.check_refused({"run", "quick.json", "flows.json", "--csv", "both.csv"}, 2,
                      "lockstep: --csv: one file cannot hold the rows of both runs and flows\n");
}

TEST_CASE("cli: files that cannot be written are exit code 3, before anything is run") {
  const Workplace place;
  // Endless would never end: the folder is looked at first.
  place.check_refused({"run", "endless.json", "-o", "nowhere/a.json"}, 3,
                      "lockstep: nowhere/a.json: cannot be written: No such file or directory\n");
  CHECK(place.folder.entries() == 3);
}

TEST_CASE("cli: a pipe that its reader has closed is no error") {
  const Workplace place;
  for (const std::vector<std::string>& command : {std::vector<std::string>{"schema"},
                                                  {"list", "links"},
                                                  {"run", "quick.json"},
                                                  {"cost", "quick.json", "-o", "-"},
                                                  {"run", "quick.json", "-o", "/dev/stdout", "-q"},
                                                  {"explain", "gpipe"},
                                                  {"validate", "quick.json"},
                                                  {"--help"}}) {
    CAPTURE(command[0]);
    const Ended closed = place.run(command, "closed pipe");
    CHECK(closed.code == 0);
    CHECK(closed.errors.empty());
  }
}

TEST_CASE("cli: a command behind its file is told of") {
  const Workplace place;
  place.check_refused(
      {"quick.json", "cost"}, 2,
      "lockstep: quick.json is a file; the command must come first: lockstep cost quick.json\n");
  place.check_refused(
      {"quick.json"}, 2,
      "lockstep: quick.json is a file; the command must come first: lockstep run quick.json\n");
}

TEST_CASE("cli: full devices are exit code 3") {
  const Workplace place;
  const Ended full = place.run({"run", "quick.json", "-o", "/dev/full"});
  CHECK(full.code == 3);
  CHECK(full.errors == "lockstep: /dev/full: cannot be written: No space left on device\n");
  const Ended output = place.run({"run", "quick.json"}, "/dev/full");
  CHECK(output.code == 3);
  CHECK(output.errors == "lockstep: cannot write to standard output: No space left on device\n");
}

TEST_CASE("cli: warnings are told, silenced by --quiet, and errors with --strict") {
  const Workplace place;
  const std::vector<std::string> small = {"run", "quick.json", "--set",
                                          "/cluster/device/memory=1 kB"};
  const auto with = [&](const std::string& option) {
    std::vector<std::string> arguments = small;
    arguments.push_back(option);
    return place.run(arguments);
  };
  const Ended told = place.run(small);
  CHECK(told.code == 0);
  CHECK(has(told.errors, "lockstep: quick.json: /algorithms/0: warning: "));
  const Ended quiet = with("--quiet");
  CHECK(quiet.code == 0);
  CHECK(quiet.errors.empty());
  CHECK(quiet.output == told.output);
  const Ended strict = with("--strict");
  CHECK(strict.code == 2);
  CHECK(strict.output.empty());
  CHECK(has(strict.errors, "lockstep: quick.json: /algorithms/0: "));
}

TEST_CASE("cli: validate says which files are valid") {
  const Workplace place;
  const Ended ended = place.run({"validate", "quick.json", "no.json", "flows.json"});
  CHECK(ended.code == 2);
  CHECK(ended.output == "quick.json: valid\nflows.json: valid\n");
  CHECK(ended.errors == "lockstep: no.json: no such file\n");
}

TEST_CASE("cli: the schema is JSON, the lists name what there is") {
  const Workplace place;
  CHECK(Json::parse(place.run({"schema"}).output, nullptr, false).is_object());
  CHECK(has(place.run({"list", "algorithms"}).output, "\nsync_sgd "));
  CHECK(place.run({"list", "topologies"}).output.starts_with("star "));
  CHECK(place.run({"list", "collectives"}).output.starts_with("ring "));
  CHECK(has(place.run({"list", "devices"}).output, "FLOP/s"));
  CHECK(has(place.run({"list", "links"}).output, "bit/s"));
  CHECK(place.run({"list", "data"}).output.starts_with("digits "));
}

TEST_CASE("cli: every algorithm that is listed can be explained, and costed as an example") {
  const Workplace place;
  std::string list = place.run({"list", "algorithms"}).output;
  REQUIRE_FALSE(list.empty());
  while (!list.empty()) {
    const std::string kind = list.substr(0, list.find(' '));
    list.erase(0, list.find('\n') + 1);
    CAPTURE(kind);
    const Ended alone = place.run({"explain", kind});
    CHECK(alone.code == 0);
    CHECK(alone.errors.empty());
    CHECK(has(alone.output, "(" + kind + ")\n"));
    CHECK(has(alone.output, "\ntime\n"));
    CHECK(has(alone.output, "\n  messages  "));
    // quick.json's hosts are a star.
    const bool shared = lockstep::models::find_algorithm(kind)->shared_memory;
    const std::string topology = shared ? "shared_memory" : "star";
    CHECK(place
              .run({"explain", kind, "quick.json", "--set", "/model/layers=8", "--set",
                    "/cluster/topology/kind=" + topology})
              .code == 0);
  }
}

TEST_CASE("cli: explain's example takes options of the algorithm, and says that it was changed") {
  const Workplace place;
  const Ended plain = place.run({"explain", "sync_sgd"});
  CHECK(has(plain.output, "\nWith 8 layers of 1024"));
  CHECK(has(plain.output, "\n  iterations              1: mini-batches, one after another\n"));
  const Ended changed = place.run(
      {"explain", "sync_sgd", "--set", "/algorithm/overlap=true", "--set", "/model/width=64"});
  CHECK(changed.code == 0);
  CHECK(has(changed.output, "as --set modifies"));
  CHECK(has(changed.output, "t_last_bucket"));
}

TEST_CASE("cli: explain shows staleness over several iterations, unless told how many") {
  const Workplace place;
  // Of 4 mini-batches in 4 stages, the first stage's last gradient is 3 updates old.
  const Ended stale = place.run({"explain", "pipedream"});
  CHECK(has(stale.output, "\n  iterations              4: "));
  CHECK(has(stale.output, "max 3\n"));
  const Ended told = place.run({"explain", "pipedream", "--set", "/training/iterations=2"});
  CHECK(has(told.output, "\n  iterations              2: "));
}

TEST_CASE("cli: a run past 106 days is exit code 2") {
  const Workplace place;
  const Ended ended = place.run({"run", "quick.json", "--set", "/cluster/device/flops=0.001"});
  CHECK(ended.code == 2);
  CHECK(has(ended.errors, "106 days"));
  CHECK(ended.output.empty());
}

TEST_CASE("cli: Ctrl-C keeps what was finished and is exit code 130") {
  const Workplace place;
  for (const int signal : {SIGINT, SIGTERM}) {
    ChildProgram child({"run", "quick.json", "endless.json", "-o", "kept.json"},
                       place.folder.path());
    // The table of the first scenario is the sign that the second is being run.
    child.wait_for_output("what differs");
    child.send(signal);
    const Ended ended = child.wait();
    CHECK(ended.code == 130);
    CHECK(ended.errors ==
          "lockstep: interrupted; 2 of 3 runs finished; results of finished runs are kept\n");
    CHECK(ended.output.starts_with("quick\n"));
    const Json kept = Json::parse(place.folder.read("kept.json"), nullptr, false);
    REQUIRE(kept.is_array());
    CHECK(kept.size() == 1);
    CHECK(kept[0]["runs"].size() == 2);
  }
}
