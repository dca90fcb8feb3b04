// Random draws of neighbours, and what is known of them in advance.
#include "models/parts/replicas/draws.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

Setup ad_psgd(const char* graph, int workers) {
  testing::RunOf run;
  run.kind = "ad_psgd";
  run.hosts = workers;
  run.training.iterations = 7;
  run.options = {{"graph", std::string(graph)}};
  return run.setup();
}

}  // namespace

TEST_CASE("draws: a worker gets as many requests as its neighbours draw it, in every graph") {
  for (const auto& [graph, workers] :
       {std::pair{"bipartite", 9}, {"ring", 8}, {"hypercube", 8}, {"torus", 16}, {"ring", 2}}) {
    CAPTURE(graph);
    const Setup setup = ad_psgd(graph, workers);
    const Neighbourhood neighbourhood = neighbourhood_of(setup);
    const std::vector<std::int64_t> requests = requests_by_worker(setup);
    std::int64_t active = 0;
    for (Rank rank = 0; rank < workers; ++rank) {
      if (in_first_part(neighbourhood, rank)) {
        ++active;
        CHECK(requests[static_cast<std::size_t>(rank)] == 0);
        continue;
      }
      std::int64_t drawn = 0;
      for (const Rank other : neighbourhood.of(rank)) {
        NeighbourDraws draws(setup, neighbourhood, other);
        for (int step = 0; step < 7; ++step) drawn += draws.next() == rank ? 1 : 0;
      }
      CHECK(requests[static_cast<std::size_t>(rank)] == drawn);
    }
    CHECK(std::accumulate(requests.begin(), requests.end(), std::int64_t{0}) == 7 * active);
  }
}

TEST_CASE("draws: one worker draws nobody") {
  CHECK(requests_by_worker(ad_psgd("bipartite", 1)) == std::vector<std::int64_t>{0});
}

}  // namespace lockstep::models
