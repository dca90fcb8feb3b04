// Limits of what a run takes: memory, events, time; and runs that are too much for any machine.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/sanitized.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

Json scenario(int hosts, std::int64_t iterations, const Json& algorithm) {
  return {{"model", {{"layers", 2}, {"width", 8}}},
          {"training", {{"batch_per_worker", 4}, {"iterations", iterations}}},
          {"cluster",
           {{"topology", {{"kind", "star"}, {"hosts", hosts}, {"link", {{"bandwidth", 1e9}}}}},
            {"device", {{"flops", 1e9}}},
            {"sharing", "none"}}},
          {"algorithm", algorithm},
          {"data", {{"kind", "teacher"}, {"samples", 64}, {"inputs", 4}, {"classes", 3}}}};
}

const Json ring = {{"kind", "sync_sgd"}};
const Json tree = {{"kind", "sync_sgd"}, {"allreduce", "tree"}};

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("quick.json", scenario(3, 2, ring).dump());
    folder.write("endless.json", scenario(3, 1'000'000'000, ring).dump());
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const {
    return ChildProgram(arguments, folder.path()).wait();
  }
  // Whether the report of the first of two scenarios was kept.
  [[nodiscard]] bool kept_first() const {
    const Json kept = Json::parse(folder.read("kept.json"), nullptr, false);
    return kept.is_array() && kept.size() == 1 && kept[0]["runs"].size() == 1;
  }
};

constexpr const char* one_of_two = "1 of 2 runs finished; results of finished runs are kept\n";

}  // namespace

TEST_CASE("limits: more events than allowed end the program, and what was finished is kept") {
  const Workplace at;
  for (const std::string command : {"run", "train"}) {
    CAPTURE(command);
    const Ended ended = at.run(
        {command, "quick.json", "endless.json", "--max-events", "100000", "-o", "kept.json"});
    CHECK(ended.code == 3);
    CHECK(ended.errors ==
          std::string("lockstep: passed the 100000 events of --max-events; ") + one_of_two);
    CHECK(at.kept_first());
  }
}

TEST_CASE("limits: a run that is over sooner is not touched") {
  const Workplace at;
  const Ended ended = at.run({"run", "quick.json", "--max-events", "1e6", "--max-time", "10 min",
                              "--max-memory", "8 GiB"});
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
}

// How much is finished by then depends on the machine.
TEST_CASE("limits: a run that takes longer than allowed is ended") {
  const Workplace at;
  for (const std::string file : {"endless.json", "micro.json"}) {
    CAPTURE(file);
    Json micro = scenario(4, 1, {{"kind", "gpipe"}, {"micro_batches", 1'000'000'000}});
    micro["model"]["layers"] = 4;
    micro["training"]["batch_per_worker"] = 250'000'000;
    at.folder.write("micro.json", micro.dump());
    const Ended ended = at.run({"run", file, "--max-time", "200 ms"});
    CHECK(ended.code == 3);
    CHECK(ended.errors ==
          "lockstep: passed the 200 ms of --max-time; 0 of 1 runs finished; "
          "results of finished runs are kept\n");
  }
}

// Under sanitizers, which have maps of their own, no memory is limited.
TEST_CASE("limits: memory that does not reach ends the program, and what was finished is kept" *
          doctest::skip(lockstep::testing::sanitized)) {
  const Workplace at;
  at.folder.write("large.json", scenario(65'536, 2, tree).dump());
  const Ended ended =
      at.run({"run", "quick.json", "large.json", "--max-memory", "160 MiB", "-o", "kept.json"});
  CHECK(ended.code == 3);
  CHECK(ended.errors == std::string("lockstep: passed the limit of --max-memory; ") + one_of_two);
  CHECK(at.kept_first());
}

TEST_CASE("limits: however little memory there is, for stacks too, a run ends with a message" *
          doctest::skip(lockstep::testing::sanitized)) {
  const Workplace at;
  Json many = scenario(4, 2, ring);
  many.erase("algorithm");
  many["algorithms"] = Json::array();
  for (int i = 0; i < 16; ++i)
    many["algorithms"].push_back({{"kind", "sync_sgd"}, {"label", std::to_string(i)}});
  at.folder.write("many.json", many.dump());
  for (const char* memory : {"1 MiB", "2 MiB", "3 MiB", "5 MiB", "8 MiB", "13 MiB", "21 MiB"}) {
    CAPTURE(memory);
    const Ended ended = at.run({"run", "many.json", "-q", "-j", "16", "--max-memory", memory});
    CAPTURE(ended.errors);
    CHECK((ended.code == 0 || ended.code == 3));
    CHECK(ended.errors.find("terminate") == std::string::npos);
    CHECK(ended.errors.find("internal error") == std::string::npos);
    CHECK(ended.errors.empty() == (ended.code == 0));
  }
}

// Each stage once held a copy of all stages: 4,096^2 of 32 bytes, 512 MiB.
TEST_CASE("limits: a pipeline of 4,096 stages fits into little memory" *
          doctest::skip(lockstep::testing::sanitized)) {
  const Workplace at;
  Json pipeline = scenario(4096, 2, {{"kind", "pipedream"}});
  pipeline["model"]["layers"] = 4096;
  at.folder.write("pipeline.json", pipeline.dump());
  CHECK(at.run({"run", "pipeline.json", "-q", "--max-memory", "256 MiB"}).code == 0);
}

TEST_CASE("limits: a run of too many messages is refused at once, unless it has a limit") {
  const Workplace at;
  // 2 * 99 * 100 messages in each of 10^9 iterations.
  at.folder.write("huge.json", scenario(100, 1'000'000'000, ring).dump());
  const Ended refused = at.run({"run", "quick.json", "huge.json", "-o", "kept.json"});
  CHECK(refused.code == 3);
  CHECK(refused.errors ==
        "lockstep: huge.json: /algorithm: would simulate 2e+13 messages one by one, which takes "
        "68.8 days or more: simulate fewer hosts or iterations, or another way to sum gradients; "
        "`lockstep cost` evaluates the closed form at once; --max-time or --max-events simulate it "
        "all the same, up to there\n");
  CHECK(at.kept_first());
  const Ended begun = at.run({"run", "huge.json", "--max-events", "65536"});
  CHECK(begun.code == 3);
  CHECK(begun.errors.starts_with("lockstep: passed the 65536 events"));
}

TEST_CASE("limits: more ranks than memory can hold are refused at once" *
          doctest::skip(lockstep::testing::sanitized)) {
  const Workplace at;
  at.folder.write("large.json", scenario(200'000, 1, tree).dump());
  // 200,000 ranks need 400 MB, and the limit is in KiB.
  const Ended ended = ChildProgram({"-c", "ulimit -v 450000; exec \"$0\" run large.json",
                                    lockstep::testing::program_path()},
                                   at.folder.path(), "", "sh")
                          .wait();
  CHECK(ended.code == 3);
  CHECK(
      ended.errors.starts_with("lockstep: large.json: /algorithm: needs at least 400 MB of "
                               "memory to simulate 200000 ranks, and "));
  CHECK(ended.errors.find("are left of the limit (ulimit -v)") != std::string::npos);
}

TEST_CASE("limits: what is no amount is refused") {
  const Workplace at;
  for (const auto& [option, value] : {std::pair{"--max-events", "0"},
                                      {"--max-events", "1.5"},
                                      {"--max-events", "many"},
                                      {"--max-time", "-1 s"},
                                      {"--max-time", "5 parsecs"},
                                      {"--max-memory", "0 B"},
                                      {"--max-memory", "5 s"}}) {
    CAPTURE(value);
    const Ended ended = at.run({"run", "quick.json", option, value});
    CHECK(ended.code == 2);
    CHECK(ended.errors.starts_with(std::string("lockstep: ") + option + ": must be "));
  }
}
