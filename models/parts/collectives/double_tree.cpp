// Double binary tree: two complementary trees sum one half of the vector each and hand it down
// again, in chunks that follow each other.
//
// A rank with two children receives 3/2 n bytes in that tree, n from below and n/2 from above, and
// n/2 as a leaf of the other: 2 n in all, and it sends as many. With chunks enough all of that is
// under way at once, in about 2 n beta for any P.
// Sanders, Speck and Traeff, Parallel Computing 35 (2009); NCCL has it since version 2.4.
//
// A half goes in `tree_chunks` chunks where that option is there and not 0; else in as many as have
// 64 KiB each, but no more than 16 ceil(log2 P), which fill and drain the trees in an eighth of the
// time. At least one, and none of them empty unless the half is.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "models/cost/network_loads.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/blocks.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/complementary_trees.hpp"

namespace lockstep::models {

namespace {

constexpr std::int64_t least_chunk_bytes = 65'536;

std::int64_t chunks_of(const Setup& setup, Group group, Scalars vector) {
  const bool chosen = setup.options.has(tree_chunks_option);
  const std::int64_t asked = chosen ? setup.options[tree_chunks_option] : 0;
  const std::int64_t half = vector.count / 2;
  const std::int64_t most = 16 * std::bit_width(unsigned(group.count - 1));
  const std::int64_t chunks =
      asked > 0 ? asked : std::min(vector.part(half).bytes() / least_chunk_bytes, most);
  return std::clamp<std::int64_t>(chunks, 1, std::max<std::int64_t>(half, 1));
}

// What one rank does in one tree, with its half of the vector.
struct Half {
  Group group;
  TreePlace place;
  Payload payload;
  std::int64_t chunks = 1;
  Tag tag = 0;

  [[nodiscard]] Payload chunk(std::int64_t k) const { return equal_part(payload, chunks, k); }
  [[nodiscard]] Rank parent() const { return group.rank_of(place.parent); }
  [[nodiscard]] Rank child(std::size_t i) const { return group.rank_of(place.children.at(i)); }
};

// Callers' tags are not negative: those of tree 1 are, below `no_tag`. Neighbours may be so in both
// trees, one above the other in one and below in the other.
Half half_of(std::int64_t chunks, Group group, const Payload& whole, int tree, int index, Tag tag) {
  return {group, place_in_tree(tree, group.count, index), equal_part(whole, 2, tree), chunks,
          tree == 0 ? tag : -2 - tag};
}

Program receive_into(Worker& worker, Rank from, Tag tag, Message& received) {
  received = co_await worker.receive(from, tag);
}

// Both children's at once; folds them in order, so that sums never depend on who came first.
Program fold_from_children(Worker& worker, const Half& half) {
  if (half.place.is_leaf()) co_return;
  Message second;
  std::optional<std::uint32_t> strand;
  if (half.place.child_count == 2) {
    Program beside = receive_into(worker, half.child(1), half.tag, second);
    strand = co_await worker.fork(beside);
  }
  const Message first = co_await worker.receive(half.child(0), half.tag);
  if (strand) co_await worker.join(*strand);
  co_await worker.reduce(first);
  if (strand) co_await worker.reduce(second);
}

Program send_chunk(Worker& worker, const Half& half, Rank to, std::int64_t k) {
  co_await worker.send(to, half.tag, half.chunk(k));
}

Program send_to_children(Worker& worker, const Half& half, std::int64_t k) {
  std::optional<std::uint32_t> strand;
  if (half.place.child_count == 2) {
    Program beside = send_chunk(worker, half, half.child(1), k);
    strand = co_await worker.fork(beside);
  }
  if (half.place.child_count > 0) co_await send_chunk(worker, half, half.child(0), k);
  if (strand) co_await worker.join(*strand);
}

// The root turns round what is summed.
Program turn_or_pass_on(Worker& worker, const Half& half, std::int64_t k) {
  if (half.place.is_root()) return send_to_children(worker, half, k);
  return send_chunk(worker, half, half.parent(), k);
}

// A chunk goes on while the next one comes in.
Program go_up(Worker& worker, const Half& half) {
  std::optional<std::uint32_t> sending;
  for (std::int64_t k = 0; k < half.chunks; ++k) {
    co_await fold_from_children(worker, half);
    if (sending) co_await worker.join(*sending);
    Program onward = turn_or_pass_on(worker, half, k);
    sending = co_await worker.fork(onward);
  }
  co_await worker.join(*sending);
}

Program come_down(Worker& worker, const Half& half) {
  std::optional<std::uint32_t> sending;
  for (std::int64_t k = 0; k < half.chunks; ++k) {
    const Message sum = co_await worker.receive(half.parent(), half.tag);
    co_await worker.store(sum);
    if (sending) co_await worker.join(*sending);
    Program onward = send_to_children(worker, half, k);
    sending = co_await worker.fork(onward);
  }
  co_await worker.join(*sending);
}

Program sum_half(Worker& worker, Half half) {
  Program up = go_up(worker, half);
  const std::uint32_t strand = co_await worker.fork(up);
  if (!half.place.is_root()) co_await come_down(worker, half);
  co_await worker.join(strand);
}

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  if (group.count == 1) co_return;
  const int index = group.index_of(worker.rank());
  const Setup& setup = worker.setup();
  const std::int64_t chunks = chunks_of(setup, group, scalars_of(setup.mlp, whole));
  const auto in_tree = [&](int tree) {
    return sum_half(worker, half_of(chunks, group, whole, tree, index, tag));
  };
  Program other = in_tree(1);
  const std::uint32_t strand = co_await worker.fork(other);
  co_await in_tree(0);
  co_await worker.join(strand);
}

CollectiveCounts counts(const Setup& setup, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {2 * others * vector.bytes(), 4 * others * chunks_of(setup, group, vector),
          others * vector.count};
}

// What no sum can be faster than: a message takes at least its time alone.
struct Bounds {
  double leaf_s = 0;         // the deepest leaf sends a chunk
  double up_and_down_s = 0;  // a chunk goes from there to the root, folded on the way, and back
  double port_s = 0;         // all that the busiest rank receives, or link carries, goes over it
  bool is_inside = false;    // that link is one of the network, which many ranks share

  [[nodiscard]] double longest_way_s(std::int64_t chunks) const {
    return static_cast<double>(chunks - 1) * leaf_s + up_and_down_s;
  }
};

// What rank `index` does in `tree` with the vector.
Half part_of(const Setup& setup, Group group, Scalars vector, int tree, int index) {
  return half_of(chunks_of(setup, group, vector), group, {{}, 0, vector.count}, tree, index, 0);
}

// From the leaf at `index`: the last chunk, the smallest, leaves it when all others are gone.
Bounds way_from(const Setup& setup, NetworkView& network, Group group, Scalars vector, int tree,
                int index) {
  const Half leaf = part_of(setup, group, vector, tree, index);
  const Scalars chunk = vector.part(leaf.chunk(leaf.chunks - 1).count);
  const auto message_s = [&](Rank from, Rank to) {
    return network.latency(from, to).seconds() + network.transfer_s(from, to, chunk.bytes());
  };
  Bounds bounds{.leaf_s = message_s(group.rank_of(index), leaf.parent())};
  for (TreePlace place = leaf.place; !place.is_root();
       place = place_in_tree(tree, group.count, index)) {
    const Rank child = group.rank_of(index);
    const Rank parent = group.rank_of(place.parent);
    bounds.up_and_down_s +=
        message_s(child, parent) + fold_s(setup, parent, chunk) + message_s(parent, child);
    index = place.parent;
  }
  return bounds;
}

int deepest_in(int tree, int ranks) {
  int deepest = 0;
  for (int index = 1; index < ranks; ++index)
    if (place_in_tree(tree, ranks, index).depth > place_in_tree(tree, ranks, deepest).depth)
      deepest = index;
  return deepest;
}

// Scalars: in each tree a half from each child, and one from the parent.
std::int64_t most_received(const Setup& setup, Group group, Scalars vector) {
  std::int64_t most = 0;
  for (int index = 0; index < group.count; ++index) {
    std::int64_t received = 0;
    for (const int tree : {0, 1}) {
      const Half half = part_of(setup, group, vector, tree, index);
      received += (half.place.child_count + (half.place.is_root() ? 0 : 1)) * half.payload.count;
    }
    most = std::max(most, received);
  }
  return most;
}

// What the busiest link inside a network takes for the sums of all groups: in each tree its half
// goes from every rank but the root to its parent, and back.
double busiest_link_s(const Setup& setup, GroupsAtOnce groups, Group group, Scalars vector) {
  NetworkLoads loads(setup);
  for (int index = 0; index < group.count; ++index)
    for (const int tree : {0, 1}) {
      const Half half = part_of(setup, group, vector, tree, index);
      if (half.place.is_root()) continue;
      const std::int64_t bytes = vector.part(half.payload.count).bytes();
      for (int number = 0; number < groups.count; ++number) {
        const Rank child = group.rank_of(index) + number * groups.stride;
        const Rank parent = half.parent() + number * groups.stride;
        loads.add(child, parent, bytes);
        loads.add(parent, child, bytes);
      }
    }
  return loads.busiest_s();
}

Bounds bounds_of(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  Bounds bounds;
  const std::int64_t chunks = chunks_of(setup, group, vector);
  for (const int tree : {0, 1}) {
    const Bounds way = way_from(setup, network, group, vector, tree, deepest_in(tree, group.count));
    if (way.longest_way_s(chunks) > bounds.longest_way_s(chunks)) bounds = way;
  }
  if (!network.uniform()) {
    bounds.port_s = busiest_link_s(setup, network.groups(), group, vector);
    bounds.is_inside = true;
    return bounds;
  }
  const bool in_turn = setup.cluster.sharing == Sharing::single_port;
  if (!in_turn && !network.hosts_share_links()) return bounds;
  const std::int64_t bytes = vector.part(most_received(setup, group, vector)).bytes();
  const Rank first = group.rank_of(0);
  const Rank second = group.rank_of(1);
  bounds.port_s =
      network.latency(first, second).seconds() + network.transfer_s(first, second, bytes);
  return bounds;
}

template <class Term>
Term expression(const Bounds& bounds, std::int64_t chunks) {
  using T = Terms<Term>;
  const Term longest_way = (T::number("c", static_cast<double>(chunks)) - Term(1)) *
                               T::seconds("t_message(n/2c)", bounds.leaf_s) +
                           T::seconds("t_up_and_down(n/2c)", bounds.up_and_down_s);
  if (bounds.port_s == 0) return longest_way;
  return max(longest_way, T::seconds("t_busiest_link(2n)", bounds.port_s));
}

// Ranks that have their sum go on while a link inside the network still carries that of others, so
// what follows may overlap with it.
ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  if (group.count == 1) return {};
  const Bounds bounds = bounds_of(setup, network, group, vector);
  const std::int64_t chunks = chunks_of(setup, group, vector);
  const bool overlaps = bounds.is_inside && bounds.port_s > bounds.longest_way_s(chunks);
  const std::string waits = "messages of both trees and both directions that wait for each other";
  ClaimedTime time{expression<double>(bounds, chunks), TimeClaim::lower_bound, waits};
  if (overlaps) time = {time.seconds, TimeClaim::estimate, waits + ", up to several times as long"};
  return time;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return expression<Formula>(bounds_of(setup, network, group, vector),
                             chunks_of(setup, group, vector));
}

// A chunk from each child, in the trees where the rank has children.
std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) {
  std::int64_t most = 0;
  for (int index = 0; index < group.count; ++index) {
    std::int64_t children = 0;
    for (const int tree : {0, 1}) {
      const Half half = part_of(setup, group, vector, tree, index);
      children += half.place.child_count * half.chunk(0).count;
    }
    most = std::max(most, children);
  }
  return most;
}

}  // namespace

extern const Collective double_tree;
const Collective double_tree = {
    .kind = "double_tree",
    .title = "Double binary tree",
    .summary =
        "Two trees sum half of the vector each, in chunks; inner ranks of one are leaves of the "
        "other: the ring's bytes in logarithmically many steps.",
    .source = "Sanders, Speck and Traeff, Parallel Computing 35 (2009); NCCL 2.4",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
