// `lockstep execute --transport mpi`, from outside: under mpirun, a process a rank.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/scenario.hpp"
#include "tests/cli/mpi_job.hpp"

using lockstep::cli::testing::can_run_mpi;
using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::MpiJob;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

namespace models = lockstep::models;

constexpr int ranks = 4;

Json scenario_of(const Json& algorithms, int iterations = 6) {
  return {{"name", "digits"},
          {"model", {{"layers", 4}, {"width", 64}}},
          {"data", "digits"},
          {"training", {{"global_batch", 24}, {"iterations", iterations}, {"learning_rate", 0.05}}},
          {"cluster",
           {{"topology",
             {{"kind", "star"},
              {"hosts", ranks},
              {"link", {{"bandwidth", "10 Gbit/s"}, {"latency", "10 us"}}}}},
            {"device", {{"flops", "1 TFLOP/s"}}}}},
          {"algorithms", algorithms}};
}

bool has_ranks(const Json& algorithm, int wanted) {
  const auto loaded =
      lockstep::scenarios::parse_scenario(scenario_of(Json::array({algorithm})).dump(), ".");
  return loaded.ok() && loaded->runs.front().ranks() == wanted;
}

// Of the registry, those that are made of so many ranks on as many hosts.
Json registered(bool asynchronous) {
  Json chosen = Json::array();
  for (const models::Algorithm* algorithm : models::algorithms()) {
    if (algorithm->shared_memory || algorithm->asynchronous != asynchronous) continue;
    const Json json = {{"kind", std::string(algorithm->kind)}};
    if (has_ranks(json, ranks)) chosen.push_back(json);
  }
  return chosen;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

struct Workplace {
  TemporaryFolder folder;

  void write(const std::string& name, const Json& scenario) const {
    folder.write(name, scenario.dump());
  }
  [[nodiscard]] Json report(const std::string& name) const {
    return Json::parse(folder.read(name), nullptr, false);
  }
  [[nodiscard]] Ended here(const std::vector<std::string>& arguments) const {
    return ChildProgram(arguments, folder.path()).wait();
  }
  [[nodiscard]] Ended on_mpi(int processes, const std::vector<std::string>& arguments) const {
    return MpiJob(processes, arguments, folder).wait();
  }
};

}  // namespace

TEST_CASE("execute on mpi: every synchronous algorithm ends as on threads, bit for bit") {
  if (!can_run_mpi()) return;
  const Workplace at;
  const Json algorithms = registered(false);
  REQUIRE(algorithms.size() >= 15);
  at.write("all.json", scenario_of(algorithms));
  REQUIRE(at.here({"execute", "all.json", "-o", "threads.json"}).code == 0);
  const Ended ended = at.on_mpi(ranks, {"all.json", "-o", "mpi.json"});
  CAPTURE(ended.errors);
  REQUIRE(ended.code == 0);
  CHECK(times(ended.output, "quartiles") == 1);  // one process shows the table
  const Json threads = at.report("threads.json");
  const Json mpi = at.report("mpi.json");
  REQUIRE(mpi["runs"].size() == algorithms.size());
  for (std::size_t run = 0; run < algorithms.size(); ++run) {
    CAPTURE(mpi["runs"][run]["label"]);
    const Json& one = mpi["runs"][run]["executed"];
    const Json& other = threads["runs"][run]["executed"];
    CHECK(one["transport"] == "mpi");
    CHECK(one["ranks"].size() == ranks);
    for (const char* key : {"flops", "bytes", "messages", "training_loss", "final_loss",
                            "final_accuracy", "parameters_sha256"}) {
      CAPTURE(key);
      CHECK(one[key] == other[key]);
    }
  }
}

TEST_CASE("execute on mpi: the order of arrivals, replayed by train, gives the same bits") {
  if (!can_run_mpi()) return;
  const Workplace at;
  const Json algorithms = registered(true);
  REQUIRE(algorithms.size() >= 6);
  at.write("async.json", scenario_of(algorithms));
  const Ended ended = at.on_mpi(ranks, {"async.json", "--order", "o.json", "-o", "mpi.json"});
  CAPTURE(ended.errors);
  REQUIRE(ended.code == 0);
  const Ended again = at.here({"train", "async.json", "--replay", "o.json", "-o", "t.json"});
  CAPTURE(again.errors);
  REQUIRE(again.code == 0);
  const Json executed = at.report("mpi.json");
  const Json trained = at.report("t.json");
  for (std::size_t run = 0; run < algorithms.size(); ++run) {
    CAPTURE(algorithms[run]);
    CHECK(executed["runs"][run]["executed"]["flops"] == executed["runs"][run]["analytic"]["flops"]);
    CHECK(executed["runs"][run]["executed"]["parameters_sha256"] ==
          trained["runs"][run]["loss"]["parameters_sha256"]);
  }
}

// A sum in another order differs in the last bits, and after six steps of 0.05 by little more.
TEST_CASE("execute on mpi: MPI_Allreduce learns what the ring learns") {
  const Workplace at;
  const Json by_mpi = {{"kind", "sync_sgd"}, {"label", "by mpi"}, {"allreduce", "mpi"}};
  const Json overlapped = {
      {"kind", "sync_sgd"}, {"label", "overlap"}, {"allreduce", "mpi"}, {"overlap", true}};
  at.write("sums.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}, by_mpi, overlapped})));
  for (const char* command : {"run", "cost", "train", "execute"}) {
    const Ended ended = at.here({command, "sums.json"});
    CHECK(ended.code == 2);
    CHECK(ended.errors.find("/algorithms/1/allreduce: \"mpi\" is MPI_Allreduce itself") !=
          std::string::npos);
  }
  if (!can_run_mpi()) return;
  const Ended ended = at.on_mpi(ranks, {"sums.json", "-o", "sums_report.json"});
  CAPTURE(ended.errors);
  REQUIRE(ended.code == 0);
  const Json runs = at.report("sums_report.json")["runs"];
  const double ring = runs[0]["executed"]["final_loss"];
  for (const int run : {1, 2}) {
    CHECK(runs[run]["executed"]["final_loss"].get<double>() == doctest::Approx(ring).epsilon(1e-5));
    CHECK(runs[run]["executed"]["bytes"] == runs[run]["analytic"]["bytes"]);
  }
}

// Encoded messages, among processes. And no escapes: mpirun gives rank 0 a terminal even where its
// own output goes into a file.
TEST_CASE("execute on mpi: compressed gradients are as on threads, and the table is plain text") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Json algorithms = Json::array();
  for (const char* compression : {"one_bit", "sign", "top_k", "power_sgd"})
    algorithms.push_back(
        {{"kind", "sync_sgd"}, {"label", compression}, {"compression", compression}});
  at.write("all.json", scenario_of(algorithms));
  REQUIRE(at.here({"execute", "all.json", "-o", "threads.json"}).code == 0);
  setenv("TERM", "xterm", 1);
  const Ended ended = at.on_mpi(ranks, {"all.json", "-o", "mpi.json"});
  CAPTURE(ended.errors);
  REQUIRE(ended.code == 0);
  CHECK(times(ended.output, "\x1b") == 0);
  for (std::size_t run = 0; run < algorithms.size(); ++run) {
    const Json one = at.report("mpi.json")["runs"][run]["executed"];
    const Json other = at.report("threads.json")["runs"][run]["executed"];
    CHECK(one["bytes"] == other["bytes"]);
    CHECK(one["parameters_sha256"] == other["parameters_sha256"]);
  }
}

TEST_CASE("execute on mpi: another number of processes than ranks is refused, and said once") {
  const Workplace at;
  at.write("s.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}})));
  if (!can_run_mpi()) return;
  const Ended ended = at.on_mpi(3, {"s.json"});
  CHECK(ended.code == 2);
  CHECK(times(ended.errors,
              "s.json: /algorithms/0: has 4 ranks, but the number of MPI processes is 3; use "
              "mpirun -n 4") == 1);
  const Ended alone = at.here({"execute", "s.json", "--transport", "mpi"});
  CHECK(alone.code == 2);
  CHECK(alone.errors.find("has 4 ranks, but the number of MPI processes is 1") !=
        std::string::npos);
}

TEST_CASE("execute on mpi: wrong input is told by one process; what shares memory is refused") {
  if (!can_run_mpi()) return;
  const Workplace at;
  Json hogwild = scenario_of(Json::array({{{"kind", "hogwild"}}}));
  hogwild["cluster"]["topology"]["kind"] = "shared_memory";
  hogwild["cluster"]["topology"]["hosts"] = 2;
  at.write("hogwild.json", hogwild);
  const Ended ended = at.on_mpi(2, {"hogwild.json"});
  CHECK(ended.code == 2);
  CHECK(times(ended.errors, "needs memory shared by all workers") == 1);
  const Ended missing = at.on_mpi(2, {"missing.json"});
  CHECK(missing.code == 2);
  CHECK(times(missing.errors, "missing.json") == 1);
}

TEST_CASE("execute on mpi: a rank that is killed ends the run with its name and exit code 3") {
  if (!can_run_mpi()) return;
  const Workplace at;
  at.write("short.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}})));
  at.write("long.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}}), 10'000'000));
  MpiJob job(ranks, {"short.json", "long.json"}, at.folder);
  job.program().wait_for_output("sync_sgd");  // the first is done
  const std::vector<pid_t> processes = job.ranks();
  kill(processes.back(), SIGKILL);
  const Ended ended = job.wait();
  CAPTURE(ended.errors);
  CHECK(ended.code == 3);
  CHECK(times(ended.errors, "was lost: signal 9 (Killed)") == 1);
  CHECK(ended.errors.find("lockstep: rank ") != std::string::npos);
}

TEST_CASE("execute on mpi: Ctrl-C ends all processes and keeps what was finished") {
  if (!can_run_mpi()) return;
  const Workplace at;
  at.write("short.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}})));
  at.write("long.json", scenario_of(Json::array({{{"kind", "sync_sgd"}}}), 10'000'000));
  MpiJob job(ranks, {"short.json", "long.json", "-o", "report.json"}, at.folder);
  job.program().wait_for_output("sync_sgd");
  const std::vector<pid_t> processes = job.ranks();
  job.program().send(SIGINT);
  const Ended ended = job.wait();
  CAPTURE(ended.errors);
  CHECK(ended.code != 0);
  // mpirun may end before it has passed on what its processes said.
  CHECK(times(ended.errors, "finished; results of finished runs are kept") <= 1);
  CHECK(at.report("report.json").is_array());
  for (const pid_t process : processes) CHECK(lockstep::cli::testing::ends(process));
}

TEST_CASE("execute on mpi: without MPI the error says what to install") {
  const Workplace at;
  const Ended ended = at.here({"execute", "none.json", "--transport", "mpi"});
  CHECK(ended.code == 2);
  const bool without = ended.errors.find("built without MPI") != std::string::npos;
  CHECK((ended.errors.find("libopenmpi-dev") != std::string::npos) == without);
}
