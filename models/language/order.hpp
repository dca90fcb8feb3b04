// Everything in a run that depends on time: in which order messages from any rank arrived, what
// probes found, in which order strands of one rank started, and in which order they, or cores on
// one memory, accessed the parameters. With it, the programs can be carried out again without a
// clock, number for number.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/language/operation.hpp"

namespace lockstep::models {

struct RankOrder {
  std::map<Tag, std::vector<Rank>> sources;  // of messages that were received from `any_rank`
  std::map<Tag, std::vector<bool>> probes;   // what each probe found
  std::vector<double> left;           // share not done of each product that a message may cut short
  std::vector<std::int32_t> strands;  // which strand carried out each operation on the parameters
  // The strand that forked each strand but the first. Strands are numbered as they start, and which
  // of two starts first may depend on time too; but each strand always forks its own in the same
  // order.
  std::vector<std::int32_t> parents;

  friend bool operator==(const RankOrder&, const RankOrder&) = default;
};

struct Order {
  std::vector<RankOrder> ranks;
  std::vector<Rank> shared;  // who read or changed the shared parameters, in this order

  friend bool operator==(const Order&, const Order&) = default;
};

// Whether the operation reads or changes the rank's parameters at a single moment, which excludes
// products, because they last.
[[nodiscard]] bool is_on_parameters(const Operation& operation);

}  // namespace lockstep::models
