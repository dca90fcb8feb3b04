// Strands of a rank that start others: which of them starts first depends on time, and what each
// does to the parameters must not.
#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/readers/execute/execute.hpp"
#include "tests/models/readers/numerics/every_algorithm.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;

// The smallest network that has the digits' 64 inputs.
RunOf run_of(const Algorithm& algorithm, const std::string& collective, int hosts) {
  RunOf run;
  run.kind = std::string(algorithm.kind);
  run.topology = testing::topology_for(algorithm);
  run.hosts = hosts;
  run.mlp = {.layers = 1, .width = 64};
  run.training = {.batch = 2, .iterations = 3, .learning_rate = 0.05};
  run.options.emplace_back("allreduce", collective);
  return run;
}

Problem problem_on_digits(const Setup& setup) {
  static const auto data = std::make_shared<const DividedData>(testing::digits(setup.mlp));
  Numerics numerics;
  numerics.mlp = setup.mlp;
  return problem_of(setup, numerics, data);
}

// The values of its option `allreduce`, if it has one.
std::vector<std::string> collectives_of(const Algorithm& algorithm) {
  for (const OptionSpec& option : algorithm.options)
    if (option.name == "allreduce") return {option.choices.begin(), option.choices.end()};
  return {};
}

template <class Visit>
void for_each_collective(const Visit& visit) {
  for (const Algorithm* algorithm : algorithms())
    for (const std::string& collective : collectives_of(*algorithm)) {
      if (collective == "mpi") continue;  // only processes have it
      for (int hosts = 2; hosts <= 6; ++hosts) {
        const RunOf run = run_of(*algorithm, collective, hosts);
        const Result<Setup> setup = run.result();
        if (!setup) continue;  // halves of an odd number, and the like
        CAPTURE(algorithm->kind);
        CAPTURE(collective);
        CAPTURE(hosts);
        visit(*setup);
      }
    }
}

}  // namespace

TEST_CASE("strands: every algorithm trains with every collective, in the order of the simulation") {
  int runs = 0;
  for_each_collective([&](const Setup& setup) {
    const Problem problem = problem_on_digits(setup);
    TrainOptions options;
    options.points = 1;
    const Trained result = train(setup, problem, options);
    CHECK(result.simulated.outcome.finished());
    CHECK(result.numbers.waiting == std::vector<std::string>{});
    CHECK(result.numbers.departures == std::vector<std::string>{});
    ++runs;
  });
  CHECK(runs > 50);
}

TEST_CASE("strands: the order of a real run is carried out again, bit for bit") {
  for_each_collective([](const Setup& setup) {
    if (setup.workers % 2 == 1) return;  // half of them: real threads take their time
    const Problem problem = problem_on_digits(setup);
    const Executed executed = execute_on_threads(problem, nullptr, nullptr);
    REQUIRE(executed.finished);
    const DataflowResult replayed = run_dataflow(problem, executed.order, nullptr);
    CHECK(replayed.waiting == std::vector<std::string>{});
    CHECK(replayed.departures == std::vector<std::string>{});
    CHECK(replayed.model.sha256 == executed.model.sha256);
  });
}

TEST_CASE("strands: an order that no run can have says who waits for what, in words") {
  const Setup setup = run_of(*find_algorithm("bmuf"), "double_tree", 2).setup();
  const Problem problem = problem_on_digits(setup);
  Order order = execute_on_threads(problem, nullptr, nullptr).order;
  // The first use of the parameters is the main strand's. The last strand cannot be before it.
  order.ranks[0].strands.front() = static_cast<std::int32_t>(order.ranks[0].parents.size());
  const DataflowResult result = run_dataflow(problem, order, nullptr);
  CHECK_FALSE(result.finished);
  REQUIRE_FALSE(result.waiting.empty());
  CHECK(result.waiting[0].find("to use the parameters before strand 0") != std::string::npos);
}

TEST_CASE("strands: an order that is too short or too long is told from the run") {
  const Setup setup = run_of(*find_algorithm("bmuf"), "ring", 2).setup();
  const Problem problem = problem_on_digits(setup);
  const Order order = execute_on_threads(problem, nullptr, nullptr).order;
  const auto told = [&](const Order& changed) {
    return run_dataflow(problem, changed, nullptr).departures;
  };
  CHECK(told(order).empty());
  Order shorter = order;
  shorter.ranks[1].strands.pop_back();
  REQUIRE(told(shorter).size() == 1);
  CHECK(told(shorter)[0].starts_with("rank 1: the order records "));
  Order longer = order;
  longer.ranks[0].probes[7] = {true};
  REQUIRE(told(longer).size() == 1);
  CHECK(told(longer)[0] == "rank 0: the order records 1 probes with tag 7, but the run made 0");
}

}  // namespace lockstep::models
