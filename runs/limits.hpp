// What a run may take, and what it takes at least.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "sim/base/result.hpp"

namespace lockstep::runs {

struct Limits {
  std::optional<std::uint64_t> memory_bytes;  // of the program
  std::optional<std::uint64_t> events;  // of one simulation; looked at after each 65,536 of them
  std::optional<double> time_s;         // of all runs, on the wall clock
};

// Say why the machine is too small for a simulation, and what to do instead; an empty text if it
// may be large enough. Memory that a simulation of as many ranks is known to need must be left. As
// many messages as the closed form counts, sent one by one, must not take days, unless a limit of
// events or time ends the run before.
[[nodiscard]] std::string too_little_memory(const models::Setup& setup,
                                            const models::ClosedForm& form, const Limits& limits);
[[nodiscard]] std::string too_many_messages(const models::ClosedForm& form, const Limits& limits);

inline constexpr int all_ranks = std::numeric_limits<int>::max();

// Returns a fault for each of the runs `computed` whose numbers, with `ranks_here` of their ranks
// in this process and one run at a time, do not fit into memory.
[[nodiscard]] Faults too_many_numbers(const std::vector<models::Setup>& computed, int ranks_here);

}  // namespace lockstep::runs
