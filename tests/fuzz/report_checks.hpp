// What must hold of every report, by itself.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::fuzz {

using scenarios::Json;

// What does not hold: "time: ...", the rule first.
using Problems = std::vector<std::string>;

// Counts of closed form and simulation are equal, claims are kept, times add up, no link carries
// more than it can, every number is one.
[[nodiscard]] Problems problems_of_report(const Json& report);

// Of the counts of a real run beside those of its closed form.
[[nodiscard]] Problems problems_of_counts(const Json& claimed, const Json& counted,
                                          bool as_many = true);

}  // namespace lockstep::fuzz
