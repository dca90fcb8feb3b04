// The option `allreduce` and what follows from it: which collective sums, and through which
// servers. Shared by the algorithms that sum over all workers.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "models/language/common_options.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

inline constexpr std::array<std::string_view, 8> allreduces = {
    "ring", "recursive_doubling", "halving_doubling", "tree", "double_tree", "hierarchical",
    "star", "sharded_server"};

[[nodiscard]] std::string idle_allreduce(const Setup& setup);
inline constexpr TextOption allreduce_option = OptionSpec{
    .name = "allreduce",
    .type = OptionType::choice,
    .summary = "the collective that sums over the workers",
    .fallback = std::string_view{"ring"},
    .choices = allreduces,
    .idle = idle_allreduce,
};

// The option `allreduce` with one more choice, which is not in the registry: MPI_Allreduce itself,
// which chooses its own algorithm. Only `lockstep execute --transport mpi` can call it.
inline constexpr std::string_view allreduce_by_mpi = "mpi";
inline constexpr std::array<std::string_view, 9> allreduces_and_mpi = {
    "ring", "recursive_doubling", "halving_doubling", "tree", "double_tree", "hierarchical",
    "star", "sharded_server",     allreduce_by_mpi};
inline constexpr TextOption allreduce_or_mpi_option = OptionSpec{
    .name = "allreduce",
    .type = OptionType::choice,
    .summary =
        "the collective that sums over the workers; \"mpi\": MPI_Allreduce itself, which only "
        "execute --transport mpi can call",
    .fallback = std::string_view{"ring"},
    .choices = allreduces_and_mpi,
    .idle = idle_allreduce,
};
[[nodiscard]] bool sums_by_mpi(const Setup& setup);

// If a worker sends itself a message whose tag is at least this one, the transport sums its payload
// over all workers before it arrives.
inline constexpr Tag summed_on_the_way = Tag{1} << 30;
[[nodiscard]] constexpr bool is_summed_on_the_way(const Message& message) {
  return message.tag >= summed_on_the_way;
}

// The allreduces of the registry that go through no servers.
inline constexpr std::array<std::string_view, 6> peer_allreduces = {
    "ring", "recursive_doubling", "halving_doubling", "tree", "double_tree", "hierarchical"};

inline constexpr TextOption peer_allreduce_option = OptionSpec{
    .name = "allreduce",
    .type = OptionType::choice,
    .summary = "the collective that sums over a group of workers",
    .fallback = std::string_view{"ring"},
    .choices = peer_allreduces,
};

// The options of servers that sum. They are idle where workers sum among themselves.
[[nodiscard]] std::string idle_without_servers(const Setup& setup);
inline constexpr OptionSpec allreduce_servers_option =
    with_idle(servers_option, idle_without_servers);
inline constexpr OptionSpec allreduce_placement_option =
    with_idle(placement_option, idle_without_servers);

inline constexpr auto allreduce_server_options =
    option_table(allreduce_servers_option, allreduce_placement_option);
// What an algorithm declares that sums by a choosable collective.
inline constexpr auto allreduce_options = option_table(allreduce_option, allreduce_server_options);

// The option of `hierarchical`, and of `ring` with several rings. An algorithm that does not
// declare it takes the default.
[[nodiscard]] std::string idle_ranks_per_node(const Setup& setup);
inline constexpr IntegerOption ranks_per_node_option = OptionSpec{
    .name = "ranks_per_node",
    .type = OptionType::integer,
    .summary =
        "with hierarchical, or ring with several rings: how many workers a node has; 0: the "
        "largest "
        "divisor of their number up to its square root, or, with ring, 1",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
    .idle = idle_ranks_per_node,
};

// The option of `hierarchical` for any number of levels, in place of `ranks_per_node`. An algorithm
// that does not declare it takes the default.
[[nodiscard]] std::string idle_levels(const Setup& setup);
inline constexpr std::span<const std::int64_t> no_levels = {};
inline constexpr IntegersOption levels_option = OptionSpec{
    .name = "levels",
    .type = OptionType::integers,
    .summary =
        "with hierarchical: how many ranks a node has, how many nodes a rack, and so on; their "
        "product is the number of workers; empty: two levels by ranks_per_node",
    .fallback = no_levels,
    .least = 1,
    .most = 1e6,
    .idle = idle_levels,
};

// The option of `ring`. An algorithm that does not declare it takes the default.
[[nodiscard]] std::string idle_rings(const Setup& setup);
inline constexpr IntegerOption rings_option = OptionSpec{
    .name = "rings",
    .type = OptionType::integer,
    .summary =
        "with ring: how many rings sum a part of the vector each, at once; each enters and leaves "
        "a node of ranks_per_node workers at another place, and so through another network port",
    .fallback = std::int64_t{1},
    .least = 1,
    .most = 1024,
    .idle = idle_rings,
};

// The channels between two ranks: each ring has one of its own, with a connection of its own. The
// tags of the first ring are those of its caller; the others' are below `no_tag`.
[[nodiscard]] int channels_of(const Setup& setup);
[[nodiscard]] constexpr Tag tag_on_channel(Tag tag, int channel, int channels) {
  return channel == 0 ? tag : -2 - (tag * channels + channel);
}
[[nodiscard]] constexpr int channel_of(Tag tag, int channels) {
  return channels == 1 || tag >= -1 ? 0 : (-2 - tag) % channels;
}

// The option of `double_tree`. An algorithm that does not declare it takes the default.
[[nodiscard]] std::string idle_tree_chunks(const Setup& setup);
inline constexpr IntegerOption tree_chunks_option = OptionSpec{
    .name = "tree_chunks",
    .type = OptionType::integer,
    .summary =
        "with double_tree: number of chunks per half of the vector; 0: chunks of at least 64 KiB, "
        "at most 16 ceil(log2 P) of them",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
    .idle = idle_tree_chunks,
};

[[nodiscard]] const Collective& allreduce_of(const Options& chosen);

// Returns how many servers the collective goes through; 0 where the workers sum among themselves.
[[nodiscard]] int allreduce_servers(const Options& chosen);
// Adds faults: for `star` without exactly one server, for a `ranks_per_node` that does not divide
// the number of workers, and for `levels` whose product is not that number or that come with
// `ranks_per_node`.
void check_allreduce(const Setup& setup, Faults& faults);
// Returns the memory of a server: its block of the sum, which takes the place of the first arrival,
// and one block from each other worker, since all may arrive at once.
[[nodiscard]] Memory allreduce_server_memory(const Setup& setup, ScalarKind kind);
// Returns the memory of a server that sums one such block from every worker.
[[nodiscard]] Memory summing_memory(const Setup& setup, Scalars block);

// Returns the term of one sum of all parameters or gradients, which takes `seconds`. In a formula
// it is the collective's own formula.
template <class Term>
[[nodiscard]] Term allreduce_term(const Setup& setup, NetworkView& network, ScalarKind kind,
                                  double seconds) {
  if constexpr (std::is_same_v<Term, Formula>) {
    if (setup.workers > 1)
      return allreduce_of(setup.options)
          .formula(setup, network, setup.mlp.scalars(kind, setup.mlp.parameters()));
  }
  return Terms<Term>::seconds("t_allreduce(n)", seconds);
}

}  // namespace lockstep::models
