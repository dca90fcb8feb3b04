// Collectives: operations in which the ranks of a group sum a vector, or gather or distribute data.
// Each collective has one record, defined in its own file under models/parts/collectives.
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

// What the ranks of a group of P hold after the operation. `block_count` cuts vectors into P
// blocks; the rank of index i owns block i.
enum class CollectiveOperation : std::uint8_t {
  allreduce,       // every rank has the sum of all vectors
  reduce_scatter,  // each rank has the sum of its own block
  allgather,       // every rank has every owner's block
  broadcast,       // every rank has the vector of the first rank
  alltoall,        // the rank of index i has block i of every rank, in `Buffer::exchanged`
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
  // Runs a worker's part of the operation on `payload` of its buffer, within `group`. A collective
  // through servers always has all workers in its group.
  Program (*group_program)(Worker& worker, Group group, Payload payload, Tag tag);
  // Runs a server's part of the operation; null if the collective uses no servers.
  Program (*serve)(Worker& server, Payload payload, Tag tag);
  // The closed form for a vector of these scalars. The time holds while no other group uses the
  // network.
  CollectiveCounts (*group_counts)(const Setup& setup, Group group, Scalars vector);
  ClaimedTime (*group_duration)(const Setup& setup, NetworkView& network, Group group,
                                Scalars vector);
  Formula (*group_formula)(const Setup& setup, NetworkView& network, Group group, Scalars vector);
  CollectiveOperation operation = CollectiveOperation::allreduce;
  // Returns the largest number of scalars that a rank of a group of at least two holds received but
  // not yet folded. Null means none, because received data replace the rank's own.
  std::int64_t (*group_unfolded)(const Setup& setup, Group group, Scalars vector) = nullptr;

  // Each of the following applies to the group of all workers.
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
  // Returns the largest number of scalars received but not yet folded, for a group of any size.
  [[nodiscard]] std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) const {
    return group_unfolded == nullptr || group.count == 1 ? 0 : group_unfolded(setup, group, vector);
  }
};

[[nodiscard]] std::span<const Collective* const> collectives();
[[nodiscard]] const Collective* find_collective(std::string_view kind);

}  // namespace lockstep::models
