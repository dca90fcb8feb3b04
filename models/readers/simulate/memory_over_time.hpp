// What ranks hold in memory over time, beside what they hold all the time: their parameters,
// gradients and optimizer states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/language/rank.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct HeldBytes {
  std::int64_t activations = 0;  // that a backward pass still needs
  // That have come before they were asked for, until they are taken, of each rank one at a time, as
  // the next waits where it is sent; and those that are being folded.
  std::int64_t messages = 0;

  [[nodiscard]] std::int64_t total() const { return activations + messages; }
  friend bool operator==(const HeldBytes&, const HeldBytes&) = default;
};

// What `rank` holds from `since` on, until its next sample.
struct MemorySample {
  Picoseconds since;
  Rank rank = 0;
  HeldBytes held;
};

// Adding takes O(1) amortised. Of each rank and `resolution` it keeps, where there is not enough
// room, only the sample that holds most and the last one.
class MemoryOverTime {
 public:
  // Holds at most `most` samples, or 32 per rank if that is more.
  MemoryOverTime(std::size_t most, int ranks);

  // Times of one rank never go back. What it holds for no time is not kept.
  void add(const MemorySample& sample);
  // Makes room: at most `most` samples stay, or 32 per rank if that is more.
  void fit(std::size_t most);

  // Returns the samples; those of one rank are in order of time.
  [[nodiscard]] const std::vector<MemorySample>& samples() const { return samples_; }
  // Returns the stretches of time of which not all samples are there; 0: all are.
  [[nodiscard]] Picoseconds resolution() const { return resolution_; }
  // Returns how many samples there were before any was left out.
  [[nodiscard]] std::uint64_t all() const { return all_; }

 private:
  static constexpr std::size_t least_a_rank = 32;
  static constexpr std::size_t none = ~std::size_t{0};

  void thin(std::size_t most);

  std::size_t most_;
  std::vector<MemorySample> samples_;
  std::vector<std::size_t> last_;  // by rank: where its last sample stands, or `none`
  Picoseconds resolution_;
  std::uint64_t all_ = 0;
};

}  // namespace lockstep::models
