#include "models/parts/replicas/draws.hpp"

namespace lockstep::models {

std::int64_t requests_to(const Setup& setup, const Neighbourhood& graph, Rank rank) {
  std::int64_t requests = 0;
  for (const Rank neighbour : graph.of(rank)) {
    NeighbourDraws draws(setup, graph, neighbour);
    for (std::int64_t step = 0; step < setup.training.iterations; ++step)
      if (draws.next() == rank) ++requests;
  }
  return requests;
}

}  // namespace lockstep::models
