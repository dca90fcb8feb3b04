// Graphs of workers that talk to neighbours only: who is whose neighbour.
//
// All of them look the same from every worker. A worker's list is in an order such that the k-th
// neighbours of all workers are all different: messages to them never meet at a host.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/cost/network_view.hpp"

namespace lockstep::models {

enum class NeighbourGraph : std::uint8_t {
  ring,         // `distance` before and after; 1: the next ones
  complete,     // everybody
  exponential,  // 1, 2, 4, ... before and after
  hypercube,    // the ranks that differ in one bit
  torus,        // the next ones in a rectangle's row and column, as nearly a square as there is
  bipartite,    // even ranks and odd ranks: everybody of the other sort
};

// Their names, in the same order, for options.
inline constexpr std::array<std::string_view, 6> neighbour_graphs = {
    "ring", "complete", "exponential", "hypercube", "torus", "bipartite"};

struct Neighbourhood {
  NeighbourGraph graph = NeighbourGraph::ring;
  std::int64_t distance = 1;
  int workers = 1;

  // Of `rank`, each once, without itself.
  [[nodiscard]] std::vector<Rank> of(Rank rank) const;
  // How many rank 0 has: all have as many, but for a bipartite graph.
  [[nodiscard]] int degree() const { return static_cast<int>(of(0).size()); }
};

// The graph that the options `graph` and, if declared, `distance` ask for.
[[nodiscard]] Neighbourhood neighbourhood_of(const Setup& setup);

// The fault of a graph that does not exist for the number of workers, or falls apart.
void check_neighbours(const Setup& setup, Faults& faults);
// The fault of a graph whose workers do not fall into two sorts, without neighbours of their own.
void check_two_sorts(const Setup& setup, Faults& faults);
// Of which sort `rank` is: true for rank 0's.
[[nodiscard]] bool of_first_sort(const Neighbourhood& neighbourhood, Rank rank);

// A message from neighbour to neighbour, for bounds: `least_s` is the soonest that any worker can
// have all of its messages, if all neighbours post theirs at once. `exact`: all have theirs then.
// `most_s`: when the last worker has its last, if each message waits for all others on its way.
struct NeighbourExchange {
  double least_s = 0;
  bool exact = true;
  double most_s = 0;
};
// `senders[i]` are those whose messages worker i gets.
[[nodiscard]] NeighbourExchange exchange_of(const Setup& setup, NetworkView& network,
                                            const std::vector<std::vector<Rank>>& senders,
                                            std::int64_t bytes);

}  // namespace lockstep::models
