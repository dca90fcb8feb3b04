// Hierarchical allreduce: ranks stand in nodes of g. Within each node a reduce-scatter leaves every
// rank with the node's sum of 1/g of the vector; ranks of the same place in all q nodes sum that
// round a ring; an allgather within each node shares it. The links between nodes carry 1/g of the
// vector for each rank. Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005), has its parts.
//
// With P = g q the bytes are those of a ring over all, in 2 (g-1) + 2 (q-1) steps. g is the option
// `ranks_per_node` where there is one that is not 0; else the largest divisor of P up to its square
// root, which needs the fewest steps. The option `levels` gives any number of levels: with [8, 4,
// 2] ranks stand in nodes of 8, these in racks of 4, and these in pods of 2; each level scatters
// what the one within has left, and shares it on the way back.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/blocks.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

// How many there are of each level in one of the next, from within; their product is the number of
// ranks.
std::vector<int> sizes_of(const Setup& setup, Group group) {
  if (setup.options.has(levels_option)) {
    std::vector<int> sizes;
    std::int64_t product = 1;
    for (const std::int64_t size : setup.options[levels_option]) {
      sizes.push_back(static_cast<int>(size));
      product = std::min<std::int64_t>(product * size, group.count + 1);
    }
    if (!sizes.empty() && product == group.count) return sizes;
  }
  int g = 1;
  for (int divisor = 1; divisor * divisor <= group.count; ++divisor)
    if (group.count % divisor == 0) g = divisor;
  const bool chosen = setup.options.has(ranks_per_node_option);
  const std::int64_t asked = chosen ? setup.options[ranks_per_node_option] : 0;
  if (asked > 0 && group.count % asked == 0) g = static_cast<int>(asked);
  return {g, group.count / g};
}

// The ranks that a rank of that index sums with at a level where one step outwards is `stride`
// indices.
Group peers_of(Group group, int index, int size, int stride) {
  const int place = index / stride % size;
  return {group.rank_of(index - place * stride), size, group.stride * stride};
}

// What a rank is to do at a level: with whom, and on which part of the vector.
struct Level {
  Group peers;
  Payload part;
};

std::vector<Level> levels_of(const Setup& setup, Group group, Rank rank, Payload part) {
  std::vector<Level> levels;
  const int index = group.index_of(rank);
  int stride = 1;
  for (const int size : sizes_of(setup, group)) {
    levels.push_back({peers_of(group, index, size, stride), part});
    const int place = index / stride % size;
    part = equal_part(part, size, place);
    stride *= size;
  }
  return levels;
}

// The outermost level begins with the chunk after its own, as a ring does.
Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const std::vector<Level> levels = levels_of(worker.setup(), group, worker.rank(), whole);
  const auto ahead = [&](std::size_t level) { return level + 1 == levels.size() ? 1 : 0; };
  for (std::size_t level = 0; level < levels.size(); ++level)
    co_await ring_reduce_scatter(worker, levels[level].peers, levels[level].part, tag,
                                 ahead(level));
  for (std::size_t level = levels.size(); level-- > 0;)
    co_await ring_allgather(worker, levels[level].peers, levels[level].part, tag, ahead(level));
}

// At a level of g parts each group of g ranks moves 2 (g-1) times its part of the vector; over all
// levels that adds up to 2 (P-1) times the vector.
CollectiveCounts counts(const Setup& setup, Group group, Scalars vector) {
  const Count others = group.count - 1;
  Count steps = 0;
  for (const int size : sizes_of(setup, group)) steps += 2 * (size - 1);
  return {2 * others * vector.bytes(), steps * group.count, others * vector.count};
}

// One step of all groups of a level at once. On a uniform network one group tells.
Round step_of(NetworkView& network, Group group, int size, int stride, Scalars chunk) {
  std::vector<Pair> pairs;
  for (int index = 0; index < group.count && size > 1; ++index) {
    if (network.uniform() && index >= stride * size) break;
    const Group peers = peers_of(group, index, size, stride);
    const int place = index / stride % size;
    pairs.emplace_back(peers.rank_of(place), peers.rank_of((place + 1) % size));
  }
  return network.round(pairs, chunk.bytes());
}

struct LevelTime {
  int size = 1;
  double message_s = 0;
  double fold_s = 0;
};

struct Parts {
  std::vector<LevelTime> levels;
  ClaimedTime claim;
};

Parts parts_of(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  Parts parts;
  int stride = 1;
  Scalars chunk = vector;
  for (const int size : sizes_of(setup, group)) {
    chunk = chunk.part(block_count(chunk.count, size, 0));
    const Round step = step_of(network, group, size, stride, chunk);
    parts.levels.push_back({size, step.slowest_s, setup.slowest_worker_s(fold(chunk))});
    if (step.contended || !step.alike)
      parts.claim.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
    stride *= size;
  }
  if (vector.count % group.count != 0)
    parts.claim.weaken(network.uniform() ? TimeClaim::upper_bound : TimeClaim::estimate,
                       "chunks that are one scalar smaller than the largest");
  return parts;
}

// Two levels have the names of the header.
template <class Term>
Term expression(const Parts& parts) {
  using T = Terms<Term>;
  const bool nodes = parts.levels.size() == 2;
  Term sum(0);
  for (std::size_t i = 0; i < parts.levels.size(); ++i) {
    const LevelTime& level = parts.levels[i];
    const std::string number = fmt::format("{}", i + 1);
    const std::string size = nodes ? (i == 0 ? "g" : "q") : "g" + number;
    const std::string of = nodes ? (i == 0 ? "(n/g)" : "(n/P)") : number;
    const Term one = (T::number(size.c_str(), level.size) - Term(1)) *
                     (Term(2) * T::seconds(("t_message" + of).c_str(), level.message_s) +
                      T::seconds(("t_reduce" + of).c_str(), level.fold_s));
    sum = i == 0 ? one : sum + one;
  }
  return sum;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  if (group.count == 1) return {};
  Parts parts = parts_of(setup, network, group, vector);
  parts.claim.seconds = expression<double>(parts);
  return parts.claim;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return expression<Formula>(parts_of(setup, network, group, vector));
}

// One chunk of the first level that has more than one rank: those after it are smaller.
std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) {
  for (const int size : sizes_of(setup, group))
    if (size > 1) return block_count(vector.count, size, 0);
  return 0;
}

}  // namespace

extern const Collective hierarchical;
const Collective hierarchical = {
    .kind = "hierarchical",
    .title = "Hierarchical (nodes, then across them)",
    .summary =
        "Sums within nodes, then across them, then shares within: the ring's bytes in fewer "
        "steps, most of them within nodes.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005), for its parts",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
