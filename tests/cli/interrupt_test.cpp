// What asks the program to end: once, twice, at any moment.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

Json quick() {
  return {{"model", {{"layers", 2}, {"width", 8}}},
          {"training", {{"batch_per_worker", 4}, {"iterations", 2}}},
          {"cluster",
           {{"topology", {{"kind", "star"}, {"hosts", 3}, {"link", {{"bandwidth", 1e9}}}}},
            {"device", {{"flops", 1e9}}}}},
          {"algorithm", {{"kind", "sync_sgd"}}},
          {"data", {{"kind", "teacher"}, {"samples", 64}, {"inputs", 4}, {"classes", 3}}}};
}

// Hours of real training, and of simulating.
Json endless() {
  Json scenario = quick();
  scenario["training"]["iterations"] = 1'000'000'000;
  return scenario;
}

// As many micro-batches have a closed form that takes long, a simulation whose first event comes
// late, and programs that go through them.
Json micro_batches() {
  Json scenario = quick();
  scenario["model"] = {{"layers", 4}, {"width", 64}};
  scenario["training"]["batch_per_worker"] = 1'000'000'000;
  scenario["algorithm"] = {{"kind", "gpipe"}, {"micro_batches", 1'000'000'000}};
  scenario["cluster"]["topology"]["hosts"] = 4;
  return scenario;
}

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("quick.json", quick().dump());
    folder.write("endless.json", endless().dump());
    folder.write("micro.json", micro_batches().dump());
  }
};

}  // namespace

TEST_CASE("interrupt: a request that comes twice keeps what was finished, every time") {
  const Workplace at;
  for (const std::string command : {"run", "train", "execute"})
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      CAPTURE(command);
      CAPTURE(signal);
      ChildProgram child({command, "quick.json", "endless.json", "-o", "kept.json"},
                         at.folder.path());
      child.wait_for_output("sync_sgd");  // the first is done
      child.send(signal);
      child.send(signal);
      child.send(SIGTERM);
      const Ended ended = child.wait();
      CHECK(ended.code == 130);
      CHECK(ended.errors ==
            "lockstep: interrupted; 1 of 2 runs finished; results of finished runs are kept\n");
      const Json kept = Json::parse(at.folder.read("kept.json"), nullptr, false);
      REQUIRE(kept.is_array());
      CHECK(kept[0]["runs"].size() == 1);
    }
}

TEST_CASE("interrupt: what asks for no interruption for hours is ended all the same") {
  const Workplace at;
  // The second scenario's closed form, programs and numbers are busy with 10^9 micro-batches.
  for (const std::string command : {"run", "train"}) {
    CAPTURE(command);
    ChildProgram child({command, "quick.json", "micro.json", "-o", "kept.json"}, at.folder.path());
    child.wait_for_output("sync_sgd");
    child.send(SIGINT);
    CHECK(child.wait().code == 130);
    CHECK(Json::parse(at.folder.read("kept.json"), nullptr, false).is_array());
  }
}

TEST_CASE("interrupt: while nothing is finished the program ends at once") {
  const Workplace at;
  const std::string pipe = at.folder.file("pipe.json");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string command : {"run", "cost", "validate", "train", "execute", "check"}) {
    CAPTURE(command);
    ChildProgram child({command, "pipe.json"}, at.folder.path());
    // Opened once the program opens it too, which then waits for a scenario that never comes.
    const int never_written = open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    child.send(SIGTERM);
    const Ended ended = child.wait();
    close(never_written);
    CHECK(ended.code == 130);
    CHECK(ended.errors.starts_with("lockstep: interrupted"));
  }
}

TEST_CASE("interrupt: a signal that the caller ignores stays ignored") {
  const Workplace at;
  ChildProgram child({"-c", "trap '' HUP; exec \"$0\" run quick.json endless.json",
                      lockstep::testing::program_path()},
                     at.folder.path(), "", "sh");
  child.wait_for_output("sync_sgd");
  child.send(SIGHUP);
  child.send(SIGINT);
  const Ended ended = child.wait();
  CHECK(ended.code == 130);
}

// The file has no name before it is whole. That the file system knows such files is the tests' own
// assumption: where it does not, new_file.hpp says what may be left.
TEST_CASE("interrupt: a program that is killed leaves no half-written file and no other") {
  const Workplace at;
  const std::string report = "report.json";
  for (int milliseconds = 0; milliseconds < 40; milliseconds += 2) {
    CAPTURE(milliseconds);
    ChildProgram child({"run", "quick.json", "-q", "-o", report}, at.folder.path());
    usleep(static_cast<useconds_t>(1000 * milliseconds));
    child.send(SIGKILL);
    (void)child.wait();
    for (const auto& entry : std::filesystem::directory_iterator(at.folder.path()))
      CHECK(entry.path().filename().string().substr(0, 10) != ".lockstep-");
    if (!std::filesystem::exists(at.folder.path() / report)) continue;
    CHECK(Json::parse(at.folder.read(report), nullptr, false).is_object());
    std::filesystem::remove(at.folder.path() / report);
  }
}
