// Decentralised SGD: its graphs, what its paper says it sends, and how long it takes.
#include <doctest/doctest.h>

#include <set>

#include "models/parts/replicas/neighbours.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Ranks = std::vector<Rank>;

// n = 3 (64^2 + 64) parameters; M = 49,920 bytes.
constexpr std::int64_t parameters = 12'480;

testing::RunOf d_psgd(const std::string& graph, int hosts, bool overlap = true) {
  testing::RunOf run;
  run.kind = "d_psgd";
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  run.training.iterations = 3;
  run.options = {{"graph", graph}, {"overlap", overlap}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

// How many workers messages reach from rank 0, over any number of hops.
std::size_t reached(const Neighbourhood& graph) {
  std::set<Rank> seen = {0};
  Ranks open = {0};
  while (!open.empty()) {
    const Rank rank = open.back();
    open.pop_back();
    for (const Rank next : graph.of(rank))
      if (seen.insert(next).second) open.push_back(next);
  }
  return seen.size();
}

}  // namespace

TEST_CASE("neighbours: of rank 0 in each graph, by hand") {
  const auto of = [](NeighbourGraph graph, int workers) {
    return Neighbourhood{graph, 1, workers}.of(0);
  };
  CHECK(of(NeighbourGraph::ring, 5) == Ranks{1, 4});
  CHECK(of(NeighbourGraph::ring, 2) == Ranks{1});
  CHECK(of(NeighbourGraph::complete, 4) == Ranks{1, 2, 3});
  // Distances 1, 2 and 4 both ways; 4 both ways is the same worker of 8.
  CHECK(of(NeighbourGraph::exponential, 8) == Ranks{1, 7, 2, 6, 4});
  CHECK(of(NeighbourGraph::hypercube, 8) == Ranks{1, 2, 4});
  // 3 rows of 4: the row's next and last, then the column's.
  CHECK(of(NeighbourGraph::torus, 12) == Ranks{1, 3, 4, 8});
  // 2 rows of 3: up and down are the same worker.
  CHECK(of(NeighbourGraph::torus, 6) == Ranks{1, 2, 3});
  CHECK(of(NeighbourGraph::bipartite, 5) == Ranks{1, 3});
  CHECK(Neighbourhood{NeighbourGraph::ring, 2, 5}.of(0) == Ranks{2, 3});
  for (int graph = 0; graph < 6; ++graph)
    CHECK(of(static_cast<NeighbourGraph>(graph), 1) == Ranks{});
}

TEST_CASE("neighbours: both ways, in turns that meet at no host, and connected") {
  for (int graph = 0; graph < 6; ++graph)
    for (int workers = 1; workers <= 24; ++workers) {
      CAPTURE(graph);
      CAPTURE(workers);
      const Neighbourhood of{static_cast<NeighbourGraph>(graph), 1, workers};
      if (of.graph == NeighbourGraph::hypercube && (workers & (workers - 1)) != 0) continue;
      for (Rank rank = 0; rank < workers; ++rank)
        for (const Rank other : of.of(rank)) {
          const Ranks back = of.of(other);
          CHECK(std::count(back.begin(), back.end(), rank) == 1);
        }
      CHECK(reached(of) == static_cast<std::size_t>(workers));
      if (of.graph == NeighbourGraph::bipartite) continue;
      for (int turn = 0; turn < of.degree(); ++turn) {
        std::set<Rank> receivers;
        for (Rank rank = 0; rank < workers; ++rank)
          receivers.insert(of.of(rank).at(static_cast<std::size_t>(turn)));
        CHECK(receivers.size() == static_cast<std::size_t>(workers));
      }
    }
}

TEST_CASE("neighbours: one by one they are those of the list, in every graph") {
  for (int graph = 0; graph < 6; ++graph)
    for (const int workers : {1, 2, 5, 8, 12}) {
      CAPTURE(graph);
      CAPTURE(workers);
      const Neighbourhood of{static_cast<NeighbourGraph>(graph), 1, workers};
      if (of.graph == NeighbourGraph::hypercube && (workers & (workers - 1)) != 0) continue;
      for (Rank rank = 0; rank < workers; ++rank) {
        Ranks one_by_one;
        for (int index = 0; index < of.degree(rank); ++index)
          one_by_one.push_back(of.neighbour(rank, index));
        CHECK(one_by_one == of.of(rank));
      }
    }
}

TEST_CASE("d_psgd: every worker sends its model to each neighbour in each step") {
  struct Case {
    const char* graph;
    int workers;
    int degree;
  };
  for (const Case& one : {Case{"ring", 8, 2}, Case{"complete", 8, 7}, Case{"exponential", 8, 5},
                          Case{"hypercube", 8, 3}, Case{"torus", 12, 4}}) {
    CAPTURE(one.graph);
    const Simulated run = simulated(d_psgd(one.graph, one.workers));
    const Count sends = Count{3} * one.workers * one.degree;
    CHECK(run.messages == sends);
    CHECK(run.bytes == sends * 4 * parameters);
    CHECK(run.flops[ComputeKind::reduce] == sends * parameters);
    CHECK(run.staleness.max == 0);
  }
}

TEST_CASE("d_psgd: an exchange beside the passes, or after them, on a star and on a ring") {
  // L = 3, N = 64, b = 8: passes of 8 x 65.536 ns, an update of 24.96 ns, folds of 12.48 ns. Two
  // messages of 49,920 bytes share a host's link of 1.25 GB/s: 20 us + 79.872 us. On a ring each
  // has its own link: 10 us + 39.936 us.
  const double passes = 8 * 65.536e-9;
  const double computing = 24.96e-9 + 2 * 12.48e-9;
  for (const bool overlap : {false, true})
    for (const std::string topology : {"star", "ring"}) {
      testing::RunOf run = d_psgd("ring", 5, overlap);
      run.topology = topology;
      const double exchange = topology == "star" ? 20e-6 + 79.872e-6 : 10e-6 + 39.936e-6;
      const double round = overlap ? std::max(passes, exchange) : passes + exchange;
      CHECK(simulated(run).makespan.seconds() ==
            doctest::Approx(3 * (round + computing)).epsilon(1e-9));
      CHECK(closed_form_of(run.setup()).claim == TimeClaim::exact);
    }
}

TEST_CASE("d_psgd: a ring's time does not grow with the number of workers") {
  CHECK(simulated(d_psgd("ring", 32)).makespan == simulated(d_psgd("ring", 4)).makespan);
}

TEST_CASE("d_psgd: keeps the models of its neighbours until its gradient is there") {
  const ClosedForm form = closed_form_of(d_psgd("hypercube", 8).setup());
  CHECK(form.memory.buffers == Count{3} * 4 * parameters);
}

TEST_CASE("d_psgd: graphs that do not exist or fall apart are faults") {
  const auto faults_of = [](const testing::RunOf& run) { return run.result().faults(); };
  CHECK(faults_of(d_psgd("hypercube", 6)) ==
        Faults{{"/algorithm/graph", "hypercube needs a power of two of workers, found 6"}});
  CHECK(faults_of(d_psgd("torus", 7)) ==
        Faults{{"/algorithm/graph", "torus needs workers that fill two or more rows, found 7"}});
  testing::RunOf ring = d_psgd("ring", 6);
  ring.options.emplace_back("distance", std::int64_t{4});
  CHECK(faults_of(ring) == Faults{{"/algorithm/distance",
                                   "must be coprime to the size of the ring (6 workers), or the "
                                   "ring is disconnected, found 4"}});
}

}  // namespace lockstep::models
