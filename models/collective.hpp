// Collectives: how the ranks of a group sum a vector so that each of them has the sum. One record
// each, made in the collective's own file under models/collectives.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/formula.hpp"
#include "models/group.hpp"
#include "models/network_view.hpp"
#include "models/program.hpp"
#include "models/worker.hpp"

namespace lockstep::models {

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
  // What a worker does to have `payload` of its buffer summed over its group. Through servers the
  // group is always that of all workers.
  Program (*group_program)(Worker& worker, Group group, Payload payload, Tag tag);
  // What a server does meanwhile; null without servers.
  Program (*serve)(Worker& server, Payload payload, Tag tag);
  // The closed form, for `count` scalars; the time while no other group uses the network.
  CollectiveCounts (*group_counts)(const Setup& setup, Group group, std::int64_t count);
  ClaimedTime (*group_duration)(const Setup& setup, NetworkView& network, Group group,
                                std::int64_t count);
  Formula (*group_formula)(const Setup& setup, NetworkView& network, Group group,
                           std::int64_t count);

  // The same over all workers.
  [[nodiscard]] Program program(Worker& worker, Payload payload, Tag tag) const {
    return group_program(worker, all_workers(worker.setup()), payload, tag);
  }
  [[nodiscard]] CollectiveCounts counts(const Setup& setup, std::int64_t count) const {
    return group_counts(setup, all_workers(setup), count);
  }
  [[nodiscard]] ClaimedTime duration(const Setup& setup, NetworkView& network,
                                     std::int64_t count) const {
    return group_duration(setup, network, all_workers(setup), count);
  }
  [[nodiscard]] Formula formula(const Setup& setup, NetworkView& network,
                                std::int64_t count) const {
    return group_formula(setup, network, all_workers(setup), count);
  }
};

[[nodiscard]] std::span<const Collective* const> collectives();
[[nodiscard]] const Collective* find_collective(std::string_view kind);

}  // namespace lockstep::models
