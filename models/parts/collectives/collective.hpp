// Collectives: how the ranks of a group sum a vector, or share or spread what they have. One record
// each, made in the collective's own file under models/parts/collectives.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/cost/formula.hpp"
#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"
#include "models/language/program.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// What a group of P ranks has afterwards. Vectors are cut into P blocks, as `block_count` does; the
// rank of index i owns block i.
enum class CollectiveOperation : std::uint8_t {
  allreduce,       // all have the sum of all vectors
  reduce_scatter,  // each has the sum of its own block
  allgather,       // all have the own blocks of all
  broadcast,       // all have the vector of the first rank
  alltoall,        // the rank of index i has block i of all, in `Buffer::exchanged`
};

// What all ranks of a group together send and fold in one collective.
struct CollectiveCounts {
  Count bytes = 0;
  Count messages = 0;
  Count reduce_flops = 0;
};

struct Collective {
  std::string_view kind;     // the JSON value: "ring"
  std::string_view title;    // "Ring"
  std::string_view summary;  // one sentence
  std::string_view source;
  bool through_servers;  // needs server ranks
  // What a worker does for the operation on `payload` of its buffer, within its group. Through
  // servers the group is always that of all workers.
  Program (*group_program)(Worker& worker, Group group, Payload payload, Tag tag);
  // What a server does meanwhile; null without servers.
  Program (*serve)(Worker& server, Payload payload, Tag tag);
  // The closed form, for a vector of these scalars; the time while no other group uses the network.
  CollectiveCounts (*group_counts)(const Setup& setup, Group group, Scalars vector);
  ClaimedTime (*group_duration)(const Setup& setup, NetworkView& network, Group group,
                                Scalars vector);
  Formula (*group_formula)(const Setup& setup, NetworkView& network, Group group, Scalars vector);
  CollectiveOperation operation = CollectiveOperation::allreduce;
  // The most scalars that a rank of a group of at least two has received and not folded yet; null:
  // none, for what it receives replaces what it has.
  std::int64_t (*group_unfolded)(const Setup& setup, Group group, Scalars vector) = nullptr;

  // The same over all workers.
  [[nodiscard]] Program program(Worker& worker, Payload payload, Tag tag) const {
    return group_program(worker, all_workers(worker.setup()), payload, tag);
  }
  [[nodiscard]] CollectiveCounts counts(const Setup& setup, Scalars vector) const {
    return group_counts(setup, all_workers(setup), vector);
  }
  [[nodiscard]] ClaimedTime duration(const Setup& setup, NetworkView& network,
                                     Scalars vector) const {
    return group_duration(setup, network, all_workers(setup), vector);
  }
  [[nodiscard]] Formula formula(const Setup& setup, NetworkView& network, Scalars vector) const {
    return group_formula(setup, network, all_workers(setup), vector);
  }
  // Of any group.
  [[nodiscard]] std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) const {
    return group_unfolded == nullptr || group.count == 1 ? 0 : group_unfolded(setup, group, vector);
  }
};

[[nodiscard]] std::span<const Collective* const> collectives();
[[nodiscard]] const Collective* find_collective(std::string_view kind);

}  // namespace lockstep::models
