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
  // By kind; of messages, and of bytes between workers and shared memory, that is latency and
  // transfer together.
  std::array<Picoseconds, activity_kinds> kinds{};
  Picoseconds pauses;
  Picoseconds latency;   // of the links of all messages
  Picoseconds transfer;  // the rest of theirs: bytes over bandwidth, queues and sharing included
  // By link of the topology: while a message was on its way over that link. A message over several
  // links counts for each.
  std::vector<Picoseconds> links;
  // By link: the transfer of those messages whose narrowest link it is, the first of equals.
  std::vector<Picoseconds> narrowest;
  // The same, but of equals for each.
  std::vector<Picoseconds> as_narrow;

  [[nodiscard]] Picoseconds devices() const;    // and their engines: forward to reduce_on_engine
  [[nodiscard]] Picoseconds endpoints() const;  // pauses included
  [[nodiscard]] Picoseconds total() const;
};

[[nodiscard]] PathShares shares_of(const std::vector<PathStep>& path, const Setup& setup);

}  // namespace lockstep::models
