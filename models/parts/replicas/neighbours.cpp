#include "models/parts/replicas/neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "models/cost/network_loads.hpp"

namespace lockstep::models {

namespace {

// The rows of the rectangle that is nearest to a square: the largest divisor up to the root.
int rows_of_torus(int workers) {
  auto rows = static_cast<int>(std::sqrt(workers));
  while (workers % rows != 0) --rows;
  return rows;
}

int wrapped(std::int64_t position, std::int64_t length) {
  return static_cast<int>(((position % length) + length) % length);
}

std::vector<Rank> around_torus(int workers, Rank rank) {
  const int rows = rows_of_torus(workers);
  const int columns = workers / rows;
  const int row = rank / columns;
  const int column = rank % columns;
  return {row * columns + wrapped(column + 1, columns),
          row * columns + wrapped(column - 1, columns), wrapped(row + 1, rows) * columns + column,
          wrapped(row - 1, rows) * columns + column};
}

// Maybe with repetitions, and with `rank` itself.
std::vector<Rank> candidates(const Neighbourhood& of, Rank rank) {
  const int workers = of.workers;
  std::vector<Rank> found;
  const auto both_ways = [&](std::int64_t distance) {
    found.push_back(wrapped(rank + distance, workers));
    found.push_back(wrapped(rank - distance, workers));
  };
  switch (of.graph) {
    case NeighbourGraph::ring:
      both_ways(of.distance);
      break;
    case NeighbourGraph::complete:
    case NeighbourGraph::bipartite:
      for (int index = 0; index < of.degree(rank); ++index)
        found.push_back(of.neighbour(rank, index));
      break;
    case NeighbourGraph::exponential:
      for (std::int64_t distance = 1; distance < workers; distance *= 2) both_ways(distance);
      break;
    case NeighbourGraph::hypercube:
      for (int bit = 1; bit < workers; bit *= 2) found.push_back(rank ^ bit);
      break;
    case NeighbourGraph::torus:
      return around_torus(workers, rank);
  }
  return found;
}

std::string plural(int workers) {
  return fmt::format("{} worker{}", workers, workers == 1 ? "" : "s");
}

}  // namespace

std::vector<Rank> Neighbourhood::of(Rank rank) const {
  // These candidates are neighbours, each once.
  if (has_many()) return candidates(*this, rank);
  std::vector<Rank> found;
  for (const Rank other : candidates(*this, rank))
    if (other != rank && std::find(found.begin(), found.end(), other) == found.end())
      found.push_back(other);
  return found;
}

int Neighbourhood::degree(Rank rank) const {
  if (graph == NeighbourGraph::complete) return workers - 1;
  if (graph == NeighbourGraph::bipartite) return (workers + rank % 2) / 2;
  return static_cast<int>(of(rank).size());
}

Rank Neighbourhood::neighbour(Rank rank, int index) const {
  if (graph == NeighbourGraph::complete) return wrapped(std::int64_t{rank} + index + 1, workers);
  if (graph == NeighbourGraph::bipartite) return 1 - rank % 2 + 2 * index;
  return of(rank)[static_cast<std::size_t>(index)];
}

std::string idle_distance(const Setup& setup) {
  return setup.options.unless_chosen(graph_option, "ring");
}

Neighbourhood neighbourhood_of(const Setup& setup) {
  const std::string& name = setup.options[graph_option];
  const auto found = std::find(neighbour_graphs.begin(), neighbour_graphs.end(), name);
  return {.graph = static_cast<NeighbourGraph>(found - neighbour_graphs.begin()),
          .distance = setup.options.has(distance_option) ? setup.options[distance_option] : 1,
          .workers = setup.workers};
}

void check_neighbours(const Setup& setup, Faults& faults) {
  const Neighbourhood graph = neighbourhood_of(setup);
  const std::string where = setup.pointer + "/graph";
  const std::string found = plural(graph.workers);
  if (graph.graph == NeighbourGraph::hypercube && !std::has_single_bit(unsigned(graph.workers)))
    faults.push_back(
        {where, fmt::format("hypercube needs a power of two of workers, found {}", graph.workers)});
  if (graph.graph == NeighbourGraph::torus && graph.workers > 1 &&
      rows_of_torus(graph.workers) == 1)
    faults.push_back({where, fmt::format("torus needs workers that fill two or more rows, found {}",
                                         graph.workers)});
  if (graph.graph == NeighbourGraph::ring &&
      std::gcd(graph.distance, std::int64_t{graph.workers}) > 1)
    faults.push_back(
        {setup.pointer + "/distance",
         fmt::format(
             "must be coprime to the size of the ring ({}), or the ring is disconnected, found {}",
             found, graph.distance)});
}

bool in_first_part(const Neighbourhood& neighbourhood, Rank rank) {
  switch (neighbourhood.graph) {
    case NeighbourGraph::hypercube:
      return std::popcount(unsigned(rank)) % 2 == 0;
    case NeighbourGraph::torus: {
      const int columns = neighbourhood.workers / rows_of_torus(neighbourhood.workers);
      return (rank / columns + rank % columns) % 2 == 0;
    }
    default:
      return rank % 2 == 0;
  }
}

void check_bipartite(const Setup& setup, Faults& faults) {
  const std::size_t before = faults.size();
  check_neighbours(setup, faults);
  if (faults.size() > before) return;
  const Neighbourhood graph = neighbourhood_of(setup);
  if (graph.graph == NeighbourGraph::bipartite) return;  // of even and odd ranks by definition
  for (Rank rank = 0; rank < setup.workers; ++rank)
    for (const Rank other : graph.of(rank)) {
      if (in_first_part(graph, rank) != in_first_part(graph, other)) continue;
      faults.push_back({setup.pointer + "/graph",
                        fmt::format("must be bipartite: two halves whose neighbours are all in the "
                                    "other half, found a {} of {}",
                                    setup.options[graph_option], plural(setup.workers))});
      return;
    }
}

NeighbourExchange exchange_of(const Setup& setup, NetworkView& network,
                              const std::vector<std::vector<Rank>>& senders, std::int64_t bytes) {
  NeighbourExchange result;
  const auto degree = static_cast<std::int64_t>(senders.front().size());
  if (degree == 0) return result;
  if (network.uniform()) {
    // A port takes one after another; a link is shared by all.
    const std::int64_t turns = setup.cluster.sharing == Sharing::single_port ? degree : 1;
    const std::int64_t sharers = network.hosts_share_links() ? degree : 1;
    result.least_s = static_cast<double>(turns) *
                     network.message(senders.front().front(), 0, bytes, sharers).seconds();
    result.mean_s = result.there_and_back_s = result.most_s = result.least_s;
    return result;
  }
  std::vector<Pair> pairs;
  Picoseconds least = longest_run;
  double sum_s = 0;
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    Picoseconds last;
    for (const Rank sender : senders[static_cast<std::size_t>(rank)]) {
      const Picoseconds there = network.message(sender, rank, bytes);
      const Picoseconds back = network.message(rank, sender, bytes);
      last = std::max(last, there);
      result.there_and_back_s =
          std::max(result.there_and_back_s, (there.seconds() + back.seconds()) / 2);
      pairs.emplace_back(sender, rank);
    }
    least = std::min(least, last);
    sum_s += last.seconds();
  }
  const Round round = network.round(pairs, bytes);
  result.least_s = least.seconds();
  result.mean_s = std::max(result.least_s, sum_s / setup.workers);
  NetworkLoads loads(setup);
  for (const auto& [from, to] : pairs) loads.add(from, to, bytes);
  for (const auto& [from, to] : pairs)
    result.most_s = std::max(result.most_s, loads.behind_all_s(from, to, bytes));
  result.exact = round.alike && !round.contended &&
                 (degree == 1 || setup.cluster.sharing != Sharing::single_port);
  if (result.exact) result.mean_s = result.there_and_back_s = result.least_s;
  return result;
}

}  // namespace lockstep::models
