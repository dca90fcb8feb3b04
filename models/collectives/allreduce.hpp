// The option `allreduce` and what follows from it: which collective sums, through which servers.
// Shared by the algorithms that sum over all workers.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include "models/collectives/collective.hpp"
#include "models/common_options.hpp"
#include "models/idle_options.hpp"

namespace lockstep::models {

inline constexpr std::array<std::string_view, 7> allreduces = {
    "ring", "recursive_doubling", "halving_doubling", "tree", "hierarchical",
    "star", "sharded_server"};

inline constexpr OptionSpec allreduce_option = {
    .name = "allreduce",
    .type = OptionType::choice,
    .summary = "the collective that sums over the workers",
    .fallback = std::string_view{"ring"},
    .choices = allreduces,
    .idle = idle_allreduce,
};

// The same without those that go through servers.
inline constexpr std::array<std::string_view, 5> peer_allreduces = {
    "ring", "recursive_doubling", "halving_doubling", "tree", "hierarchical"};

inline constexpr OptionSpec peer_allreduce_option = {
    .name = "allreduce",
    .type = OptionType::choice,
    .summary = "the collective that sums over a group of workers",
    .fallback = std::string_view{"ring"},
    .choices = peer_allreduces,
    .idle = idle_group_allreduce,
};

// Of `hierarchical`; an algorithm that does not declare it takes the default.
inline constexpr OptionSpec ranks_per_node_option = {
    .name = "ranks_per_node",
    .type = OptionType::integer,
    .summary =
        "with hierarchical: how many workers a node has; 0: the largest divisor of their "
        "number up to its square root",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
    .idle = idle_ranks_per_node,
};

[[nodiscard]] const Collective& allreduce_of(const Options& chosen);

// How many servers the collective goes through: 0 where the workers sum among themselves.
[[nodiscard]] int allreduce_servers(const Options& chosen);
// `star` has one server; nodes have equally many workers.
void check_allreduce(const Setup& setup, Faults& faults);
// On a server's host: its block of the sum, and one arrival.
[[nodiscard]] Memory allreduce_server_memory(const Setup& setup);

// One sum of all parameters, or gradients, that takes `seconds`: as a formula, the collective's
// own.
template <class Term>
[[nodiscard]] Term allreduce_term(const Setup& setup, NetworkView& network, double seconds) {
  if constexpr (std::is_same_v<Term, Formula>) {
    if (setup.workers > 1)
      return allreduce_of(setup.options).formula(setup, network, setup.mlp.parameters());
  }
  return Terms<Term>::seconds("t_allreduce(n)", seconds);
}

}  // namespace lockstep::models
