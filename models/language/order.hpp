// What in a run depends on time: in which order messages from anybody arrived, what probes found,
// in which order strands of one rank started, and in which they, or cores on one memory, came to
// the parameters. With it the programs can be carried out again without any clock, number for
// number.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/language/operation.hpp"

namespace lockstep::models {

struct RankOrder {
  std::map<Tag, std::vector<Rank>> sources;  // of messages that were received from any rank
  std::map<Tag, std::vector<bool>> probes;   // what each of them found
  std::vector<double> left;  // of each product that a message may cut short: the share not done
  std::vector<std::int32_t> strands;  // which strand carried out each operation on the parameters
  // Of each strand but the first, the one that forked it. Strands are numbered as they start, and
  // which of two starts first may depend on time too; each starts its own in the same order always.
  std::vector<std::int32_t> parents;

  friend bool operator==(const RankOrder&, const RankOrder&) = default;
};

struct Order {
  std::vector<RankOrder> ranks;
  std::vector<Rank> shared;  // who read or changed the shared parameters next

  friend bool operator==(const Order&, const Order&) = default;
};

// Whether the operation reads or changes the rank's parameters at one moment: products do not,
// which last.
[[nodiscard]] bool is_on_parameters(const Operation& operation);

}  // namespace lockstep::models
