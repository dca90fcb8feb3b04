// Records what devices computed, which messages were sent, and when, for timelines of a run.
// However long the run, it holds at most a given number of each: spans too short to be told apart
// are joined, and of iterations only every second, fourth, ... begin is kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/language/operation.hpp"
#include "models/readers/simulate/memory_over_time.hpp"
#include "sim/base/picoseconds.hpp"
#include "topologies/topology.hpp"

namespace lockstep::models {

inline constexpr Rank several_ranks = -1;
inline constexpr Rank shared_memory_rank = -2;

enum class SpanKind : std::uint8_t {
  forward,
  backward_weight,
  backward_input,
  reduce,
  update,
  transcode,
  reduce_on_engine,  // at the same time as the others
};
inline constexpr std::size_t span_kinds = 7;
// Returns the kind of an operation that uses a device, or the engine beside it.
[[nodiscard]] SpanKind span_kind(const Operation& operation, bool on_engine);

// A use of a rank's device, or of the engine beside it. A span joined from several uses of one kind
// is as long as all of them together.
struct DeviceSpan {
  Picoseconds begin;
  Picoseconds end;
  Rank rank = 0;
  std::int32_t layer = -1;        // -1: of no layer, or of several
  std::int32_t micro_batch = -1;  // likewise
  std::int32_t operations = 1;
  SpanKind kind = SpanKind::forward;
};

// A message between two hosts, from when it was sent to when it arrived.
struct MessageSpan {
  Picoseconds begin;
  Picoseconds end;
  Rank from = 0;  // or `several_ranks`, or `shared_memory_rank`
  Rank to = 0;
  std::int64_t bytes = 0;
  std::int32_t messages = 1;
  Buffer buffer = Buffer::gradients;  // of the first message
  topologies::PathNumber path = 0;    // of the first message
};

// Adding takes O(log most) amortised. Whenever there are more spans than `most`, those of one rank
// that begin within one `resolution` are joined, and the resolution doubles until half of them are
// left.
class Recording {
 public:
  // Holds at most `most` spans of each sort, or 32 per rank if that is more.
  Recording(std::size_t most, int ranks);

  void device_used(Rank rank, const Operation& operation, Picoseconds begin, Picoseconds end,
                   bool on_engine = false);
  void message_arrived(const MessageSpan& message);
  void iteration_begins(Rank rank, Picoseconds now);

  // Keep what ranks hold in memory, too. It costs a look at every operation.
  void keep_memory() { memory_.emplace(most_, ranks_); }
  [[nodiscard]] MemoryOverTime* memory() { return memory_ ? &*memory_ : nullptr; }
  [[nodiscard]] const MemoryOverTime* memory() const { return memory_ ? &*memory_ : nullptr; }

  // Return the spans in order of their begin, ties by rank.
  [[nodiscard]] std::vector<DeviceSpan> device_spans() const;
  [[nodiscard]] std::vector<MessageSpan> message_spans() const;
  // Returns how many spans of devices there are, or of messages if that is more.
  [[nodiscard]] std::size_t most_spans_of_a_sort() const {
    return std::max(device_spans_.size(), message_spans_.size());
  }
  // Returns when each rank began its iterations 0, n, 2 n, ..., where n is `iteration_stride()`.
  [[nodiscard]] const std::vector<std::vector<Picoseconds>>& iterations() const {
    return iterations_;
  }
  [[nodiscard]] std::size_t iteration_stride() const { return iteration_stride_; }
  // Return the length below which spans may have been joined; 0 if none were.
  [[nodiscard]] Picoseconds device_resolution() const { return device_resolution_; }
  [[nodiscard]] Picoseconds message_resolution() const { return message_resolution_; }
  // Return how many operations and messages there were, before any were joined.
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }

  // Returns a copy that holds at most `most` spans of each sort, or 32 per rank if that is more.
  [[nodiscard]] Recording within(std::size_t most) const;

 private:
  static constexpr std::size_t least_a_rank = 32;

  // Keeps the begin of every other iteration until there are at most `most`.
  void thin_iterations(std::size_t most);

  std::size_t most_;
  int ranks_;
  std::vector<DeviceSpan> device_spans_;
  std::vector<MessageSpan> message_spans_;
  Picoseconds device_resolution_;
  Picoseconds message_resolution_;
  std::vector<std::vector<Picoseconds>> iterations_;  // by rank
  std::vector<std::size_t> iterations_begun_;         // likewise, of all
  std::size_t iterations_kept_ = 0;                   // of all ranks
  std::size_t iteration_stride_ = 1;
  std::uint64_t operations_ = 0;
  std::uint64_t messages_ = 0;
  std::optional<MemoryOverTime> memory_;
};

}  // namespace lockstep::models
