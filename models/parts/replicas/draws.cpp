#include "models/parts/replicas/draws.hpp"

namespace lockstep::models {

std::vector<std::int64_t> requests_by_worker(const Setup& setup) {
  std::vector<std::int64_t> requests(static_cast<std::size_t>(setup.workers), 0);
  const Neighbourhood graph = neighbourhood_of(setup);
  if (graph.degree() == 0) return requests;
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    if (!in_first_part(graph, rank)) continue;
    NeighbourDraws draws(setup, graph, rank);
    for (std::int64_t step = 0; step < setup.training.iterations; ++step)
      ++requests[static_cast<std::size_t>(draws.next())];
  }
  return requests;
}

}  // namespace lockstep::models
