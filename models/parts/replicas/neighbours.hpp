// Graphs of workers that exchange messages with their neighbours only.
//
// Except in `bipartite`, every graph looks the same from every worker, and the k-th neighbours of
// all workers are all different, so that messages to them never meet at a host.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/cost/network_view.hpp"

namespace lockstep::models {

enum class NeighbourGraph : std::uint8_t {
  ring,         // the ranks `distance` before and after
  complete,     // all other ranks
  exponential,  // the ranks 1, 2, 4, ... before and after
  hypercube,    // the ranks that differ in one bit
  torus,        // the next ranks in row and column of a rectangle as nearly square as possible
  bipartite,    // even and odd ranks: all ranks of the other half
};

// The names of the graphs in the same order, for options.
inline constexpr std::array<std::string_view, 6> neighbour_graphs = {
    "ring", "complete", "exponential", "hypercube", "torus", "bipartite"};

// The options that choose a graph of neighbours; the second one offers bipartite graphs only.
inline constexpr TextOption graph_option =
    OptionSpec{.name = "graph",
               .type = OptionType::choice,
               .summary =
                   "the graph of neighbours: a ring, everybody, at distances 1, 2, 4, ... both "
                   "ways, ranks that differ in one bit, or a torus of two dimensions",
               .fallback = std::string_view{"ring"},
               .choices = std::span(neighbour_graphs).first(5)};
inline constexpr std::array<std::string_view, 4> bipartite_graphs = {"bipartite", "ring",
                                                                     "hypercube", "torus"};
inline constexpr TextOption bipartite_graph_option =
    OptionSpec{.name = "graph",
               .type = OptionType::choice,
               .summary =
                   "the graph of neighbours: even and odd ranks, a ring, ranks that differ in one "
                   "bit, or a torus of two dimensions",
               .fallback = std::string_view{"bipartite"},
               .choices = bipartite_graphs};
[[nodiscard]] std::string idle_distance(const Setup& setup);
inline constexpr IntegerOption distance_option =
    OptionSpec{.name = "distance",
               .type = OptionType::integer,
               .summary = "ring: how many ranks away the two neighbours are",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6,
               .idle = idle_distance};

struct Neighbourhood {
  NeighbourGraph graph = NeighbourGraph::ring;
  std::int64_t distance = 1;
  int workers = 1;

  // Returns the neighbours of `rank`, each once, without `rank` itself.
  [[nodiscard]] std::vector<Rank> of(Rank rank) const;
  // Returns how many there are. All ranks have as many, except in `bipartite`.
  [[nodiscard]] int degree(Rank rank = 0) const;
  // Returns neighbour number `index` of `of(rank)`. It takes no longer where neighbours are many.
  [[nodiscard]] Rank neighbour(Rank rank, int index) const;
  // Whether neighbours are a large part of all ranks.
  [[nodiscard]] bool has_many() const {
    return graph == NeighbourGraph::complete || graph == NeighbourGraph::bipartite;
  }
};

// Returns the graph that the options `graph` and, if declared, `distance` ask for.
[[nodiscard]] Neighbourhood neighbourhood_of(const Setup& setup);

// Adds a fault if the graph does not exist for the number of workers, or falls apart.
void check_neighbours(const Setup& setup, Faults& faults);
// Adds the faults of `check_neighbours`, or else a fault if the graph is not bipartite, that is, if
// it has an edge within one of the two halves that `in_first_part` tells apart.
void check_bipartite(const Setup& setup, Faults& faults);
// Whether `rank` is in the half of a bipartite graph that rank 0 is in.
[[nodiscard]] bool in_first_part(const Neighbourhood& neighbourhood, Rank rank);

// Bounds on an exchange in which all neighbours post their messages at once. `least_s` is the
// soonest that any worker can have all of its messages; `exact` says that all workers have theirs
// then. `mean_s` is the mean over workers of the soonest that each can, and `there_and_back_s` half
// of the slowest way to a neighbour and back, if it sends a message too. `most_s` is when the last
// worker has its last message if each message waits for all others on its way.
struct NeighbourExchange {
  double least_s = 0;
  bool exact = true;
  double mean_s = 0;
  double there_and_back_s = 0;
  double most_s = 0;
};
// `senders[i]` are the ranks that send a message to worker i.
[[nodiscard]] NeighbourExchange exchange_of(const Setup& setup, NetworkView& network,
                                            const std::vector<std::vector<Rank>>& senders,
                                            std::int64_t bytes);

}  // namespace lockstep::models
