// Every collective: one line above and one below, in the order in which they are listed.
#include <algorithm>
#include <array>

#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

extern const Collective ring;
extern const Collective recursive_doubling;
extern const Collective halving_doubling;
extern const Collective tree;
extern const Collective double_tree;
extern const Collective hierarchical;
extern const Collective star;
extern const Collective sharded_server;
extern const Collective reduce_scatter;
extern const Collective allgather;
extern const Collective broadcast;
extern const Collective alltoall;

namespace {

constexpr std::array all_collectives = {
    &ring, &recursive_doubling, &halving_doubling, &tree,      &double_tree, &hierarchical,
    &star, &sharded_server,     &reduce_scatter,   &allgather, &broadcast,   &alltoall,
};

}  // namespace

std::span<const Collective* const> collectives() { return all_collectives; }

const Collective* find_collective(std::string_view kind) {
  const auto found = std::ranges::find(
      all_collectives, kind, [](const Collective* collective) { return collective->kind; });
  return found == all_collectives.end() ? nullptr : *found;
}

}  // namespace lockstep::models
