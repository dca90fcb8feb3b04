// Hierarchical allreduce: ranks stand in nodes of g. Within each node a reduce-scatter leaves every
// rank with the node's sum of 1/g of the vector; ranks of the same place in all q nodes sum that
// round a ring; an allgather within each node shares it. The links between nodes carry 1/g of the
// vector for each rank. Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005), has its parts.
//
// With P = g q the bytes are those of a ring over all, in 2 (g-1) + 2 (q-1) steps. g is the option
// `ranks_per_node` where there is one that is not 0; else the largest divisor of P up to its square
// root, which needs the fewest steps.
#include <vector>

#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

// A group of P = g q ranks as q nodes of g.
struct Nodes {
  Group group;
  int g = 1;
  int q = 1;

  [[nodiscard]] Group node(int index) const { return {group.rank_of(index * g), g, group.stride}; }
  // The ranks at `place` in all nodes.
  [[nodiscard]] Group across(int place) const {
    return {group.rank_of(place), q, group.stride * g};
  }
};

Nodes nodes_of(const Setup& setup, Group group) {
  int g = 1;
  for (int divisor = 1; divisor * divisor <= group.count; ++divisor)
    if (group.count % divisor == 0) g = divisor;
  const bool chosen = setup.options.has(ranks_per_node_option);
  const std::int64_t asked = chosen ? setup.options[ranks_per_node_option] : 0;
  if (asked > 0 && group.count % asked == 0) g = static_cast<int>(asked);
  return {group, g, group.count / g};
}

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const Nodes nodes = nodes_of(worker.setup(), group);
  const int index = group.index_of(worker.rank());
  const int place = index % nodes.g;
  const Group node = nodes.node(index / nodes.g);
  const Payload block = whole.part(block_offset(whole.count, nodes.g, place),
                                   block_count(whole.count, nodes.g, place));
  co_await ring_reduce_scatter(worker, node, whole, tag, 0);
  co_await ring_reduce_scatter(worker, nodes.across(place), block, tag, 1);
  co_await ring_allgather(worker, nodes.across(place), block, tag, 1);
  co_await ring_allgather(worker, node, whole, tag, 0);
}

// A step within the nodes moves 1/g of the vector from each rank, one across them 1/P.
CollectiveCounts counts(const Setup& setup, Group group, Scalars vector) {
  const Nodes nodes = nodes_of(setup, group);
  const Count others = group.count - 1;
  const Count steps = 2 * (nodes.g - 1) + 2 * (nodes.q - 1);
  return {2 * others * vector.bytes(), steps * group.count, others * vector.count};
}

// One step in all of `groups` at once.
Round step_of(NetworkView& network, const std::vector<Group>& groups, Scalars chunk) {
  std::vector<Pair> pairs;
  for (const Group& group : groups)
    for (int index = 0; index < group.count && group.count > 1; ++index)
      pairs.emplace_back(group.rank_of(index), group.rank_of((index + 1) % group.count));
  return network.round(pairs, chunk.bytes());
}

struct Parts {
  Nodes nodes;
  double within_s = 0;
  double across_s = 0;
  double fold_within_s = 0;
  double fold_across_s = 0;
  ClaimedTime claim;
};

void weaken(Parts& parts, const Round& step) {
  if (step.contended || !step.alike)
    parts.claim.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
}

Parts parts_of(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  Parts parts;
  parts.nodes = nodes_of(setup, group);
  const auto [_, g, q] = parts.nodes;
  std::vector<Group> nodes;
  std::vector<Group> across;
  for (int node = 0; node < (network.uniform() ? 1 : q); ++node)
    nodes.push_back(parts.nodes.node(node));
  for (int place = 0; place < (network.uniform() ? 1 : g); ++place)
    across.push_back(parts.nodes.across(place));
  const Scalars block = vector.part(block_count(vector.count, g, 0));
  const Scalars chunk = block.part(block_count(block.count, q, 0));
  const Round within = step_of(network, nodes, block);
  const Round beyond = step_of(network, across, chunk);
  parts.within_s = within.slowest_s;
  parts.across_s = beyond.slowest_s;
  parts.fold_within_s = setup.slowest_worker_s(fold(block));
  parts.fold_across_s = setup.slowest_worker_s(fold(chunk));
  weaken(parts, within);
  weaken(parts, beyond);
  if (vector.count % group.count != 0)
    parts.claim.weaken(network.uniform() ? TimeClaim::upper_bound : TimeClaim::estimate,
                       "chunks that are one scalar smaller than the largest");
  return parts;
}

template <class Term>
Term expression(const Parts& parts) {
  using T = Terms<Term>;
  const Term within = T::number("g", parts.nodes.g) - Term(1);
  const Term across = T::number("q", parts.nodes.q) - Term(1);
  return within * (Term(2) * T::seconds("t_message(n/g)", parts.within_s) +
                   T::seconds("t_reduce(n/g)", parts.fold_within_s)) +
         across * (Term(2) * T::seconds("t_message(n/P)", parts.across_s) +
                   T::seconds("t_reduce(n/P)", parts.fold_across_s));
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

// One chunk: of the ring within nodes or, where a node is one rank, of that across them.
std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) {
  const Nodes nodes = nodes_of(setup, group);
  return block_count(vector.count, nodes.g > 1 ? nodes.g : nodes.q, 0);
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
