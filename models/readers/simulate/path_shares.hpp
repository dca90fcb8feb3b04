// What the time of a critical path is spent on.
#pragma once

#include <array>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/critical_path.hpp"
#include "topologies/topology.hpp"

namespace lockstep::models {

inline constexpr std::size_t activity_kinds = 10;

struct PathShares {
  // The time by kind of activity. For messages, and for bytes between workers and shared memory, it
  // is latency and transfer together.
  std::array<Picoseconds, activity_kinds> kinds{};
  Picoseconds pauses;
  Picoseconds latency;   // of the links of all messages
  Picoseconds transfer;  // the rest of the messages' time: bytes over bandwidth, queues and sharing
                         // included
  // For each link of the topology, the time during which a message was on its way over that link. A
  // message over several links counts for each.
  std::vector<Picoseconds> links;
  // For each link, the transfer time of the messages whose narrowest link it is. Of equally narrow
  // links, only the first counts.
  std::vector<Picoseconds> narrowest;
  // Like `narrowest`, but each of several equally narrow links counts.
  std::vector<Picoseconds> as_narrow;

  [[nodiscard]] Picoseconds devices() const;    // engines included: forward to reduce_on_engine
  [[nodiscard]] Picoseconds endpoints() const;  // pauses included
  [[nodiscard]] Picoseconds total() const;
};

[[nodiscard]] PathShares shares_of(const std::vector<PathStep>& path, const Setup& setup);

}  // namespace lockstep::models
