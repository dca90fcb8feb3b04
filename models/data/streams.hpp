// The streams of random numbers by which data are generated and divided, far from the streams of
// ranks, which count from 0.
#pragma once

#include <cstdint>

namespace lockstep::models {

// Each constant is the first of 2^48 streams.
inline constexpr std::uint64_t epoch_streams = std::uint64_t{1} << 48U;
inline constexpr std::uint64_t held_out_stream = std::uint64_t{2} << 48U;
inline constexpr std::uint64_t sample_streams = std::uint64_t{3} << 48U;
inline constexpr std::uint64_t teacher_streams = std::uint64_t{4} << 48U;

}  // namespace lockstep::models
