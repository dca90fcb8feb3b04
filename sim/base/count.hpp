// Exact counts of FLOPs, bytes and messages.
//
// A long run counts past 2^64 FLOPs, and the closed form must equal the simulation exactly, so
// counts are 128-bit integers: sums are exact in any order.
#pragma once

#include <cstdint>

namespace lockstep {

__extension__ using Count = __int128;

// Returns the nearest double; equal counts give equal doubles.
[[nodiscard]] constexpr double to_double(Count count) { return static_cast<double>(count); }

}  // namespace lockstep
