// -j: several algorithms at once, and nobody can tell.
#include <doctest/doctest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/paths.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

Ended with_jobs(std::vector<std::string> arguments, const std::string& jobs,
                const std::filesystem::path& folder) {
  arguments.insert(arguments.end(), {"-j", jobs});
  return ChildProgram(arguments, folder).wait();
}

void check_alike(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  CAPTURE(arguments[0]);
  const Ended one = with_jobs(arguments, "1", folder);
  const Ended four = with_jobs(arguments, "4", folder);
  CHECK(one.code == four.code);
  CHECK(one.output == four.output);
  CHECK(one.errors == four.errors);
  CHECK_FALSE(one.output.empty());
}

// A scenario whose algorithms take `iterations` each.
std::string scenario_of(const std::vector<std::string>& kinds, int iterations) {
  Json json = Json::parse(R"({
    "model": { "layers": 4, "width": 64 },
    "training": { "batch_per_worker": 16 },
    "cluster": {
      "topology": { "kind": "star", "hosts": 4,
                    "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
      "device": { "flops": "10 TFLOP/s" } }})");
  json["training"]["iterations"] = iterations;
  json["algorithms"] = kinds;
  return json.dump();
}

}  // namespace

TEST_CASE("jobs: reports, tables and pages are the same with any number of jobs") {
  const auto source = lockstep::testing::source_folder();
  for (const std::string format : {"-o", "--csv", "--html"})
    check_alike({"run", "scenarios/quickstart.json", format, "-"}, source);
  check_alike({"run", "scenarios/survey.json", "scenarios/traffic.json"}, source);
  check_alike({"run", "scenarios/backup_workers.json", "--replicates", "3", "-o", "-"}, source);
  check_alike({"run", "scenarios/checkpoints.json", "-o", "-"}, source);
  check_alike({"cost", "scenarios/survey.json", "-o", "-"}, source);
}

TEST_CASE("jobs: the first algorithm that fails ends the command, whichever ends first") {
  const TemporaryFolder folder;
  // Links fail under the server's run alone so long that it is past the clock's end: the closed
  // forms of servers are bounds, and say nothing beforehand.
  Json json = Json::parse(scenario_of({"sync_sgd", "async_sgd", "sync_sgd", "async_sgd"}, 2000));
  json["cluster"]["failures"] =
      Json::parse(R"({"at": [{"time": "1 us", "from": "switch", "to": "host3"}],
                      "link_repair": "106 d"})");
  folder.write("s.json", json.dump());
  const Ended one = with_jobs({"run", "s.json", "-o", "-"}, "1", folder.path());
  const Ended four = with_jobs({"run", "s.json", "-o", "-"}, "4", folder.path());
  CHECK(one.code == four.code);
  CHECK(one.output == four.output);
  CHECK(one.errors == four.errors);
}

TEST_CASE("jobs: Ctrl-C keeps runs that are finished, though an earlier one is not") {
  const TemporaryFolder folder;
  Json json = Json::parse(scenario_of({"async_sgd", "sync_sgd"}, 100));
  json["algorithms"] = Json::parse(R"([{"kind": "async_sgd", "label": "endless"}, "sgd"])");
  json["training"]["iterations"] = 100'000'000;
  folder.write("s.json", json.dump());
  ChildProgram child({"run", "s.json", "-j", "2", "-o", "out.json"}, folder.path());
  usleep(300'000);
  child.send(SIGINT);
  const Ended ended = child.wait();
  CHECK(ended.code == 130);
  CHECK(ended.errors.find("of 2 runs finished; results of finished runs are kept") !=
        std::string::npos);
}

TEST_CASE("jobs: their number is from 1 on") {
  const auto source = lockstep::testing::source_folder();
  const Ended ended = with_jobs({"run", "scenarios/quickstart.json"}, "0", source);
  CHECK(ended.code == 2);
  CHECK(ended.errors == "lockstep: -j: must be a whole number from 1 to 1024, found \"0\"\n");
}
