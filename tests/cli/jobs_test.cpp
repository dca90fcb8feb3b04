// -j: several algorithms at once, and nobody can tell.
#include <doctest/doctest.h>
#include <unistd.h>

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

constexpr const char* scenario = R"({
  "model": { "layers": 4, "width": 64 },
  "training": { "batch_per_worker": 16 },
  "cluster": {
    "topology": { "kind": "star", "hosts": 4,
                  "link": { "bandwidth": "10 Gbit/s", "latency": "10 us" } },
    "device": { "flops": "10 TFLOP/s" } }
})";

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

TEST_CASE("jobs: trainings are the same with any number of jobs, also if some go wrong") {
  const auto source = lockstep::testing::source_folder();
  const std::vector<std::string> short_run = {"train", "scenarios/train.json", "--set",
                                              "/training/iterations=20"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), short_run.begin(), short_run.end());
    return more;
  };
  for (const std::string format : {"-o", "--csv", "--html"})
    check_alike(with({format, "-"}), source);
  check_alike(with({}), source);
  check_alike(with({"--set", "/training/learning_rate=1e9"}), source);
  CHECK(with_jobs(with({"--set", "/training/learning_rate=1e9"}), "2", source).code == 3);
}

TEST_CASE("jobs: Ctrl-C keeps a run that is finished, though an earlier one is not") {
  const TemporaryFolder folder;
  Json json = Json::parse(scenario);
  json["cluster"]["topology"]["hosts"] = 512;
  json["training"]["iterations"] = 100'000;  // of 511 workers; sgd alone is done in a moment
  json["algorithms"] = {"async_sgd", "sgd"};
  folder.write("s.json", json.dump());
  ChildProgram child({"run", "s.json", "-j", "2", "-o", "out.json"}, folder.path());
  usleep(5'000'000);
  child.send(SIGINT);
  const Ended ended = child.wait();
  CHECK(ended.code == 130);
  REQUIRE(ended.errors ==
          "lockstep: interrupted; 1 of 2 runs finished; results of finished runs are kept\n");
  const Json report = Json::parse(folder.read("out.json"));
  CHECK(report["interrupted"] == true);
  REQUIRE(report["runs"].size() == 1);
  CHECK(report["runs"][0]["label"] == "sgd");
}

TEST_CASE("jobs: their number is from 1 on") {
  const auto source = lockstep::testing::source_folder();
  const Ended ended = with_jobs({"run", "scenarios/quickstart.json"}, "0", source);
  CHECK(ended.code == 2);
  CHECK(ended.errors == "lockstep: -j: must be a whole number from 1 to 1024, found \"0\"\n");
}
