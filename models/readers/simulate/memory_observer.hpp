// Follows what ranks hold in memory from what they do.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/memory_over_time.hpp"
#include "models/readers/simulate/observer.hpp"

namespace lockstep::models {

// The activations that one rank holds: the input of each product of a layer from when it is there
// until both backward products of the layer have used it, and a last output as long as the
// activations before it. Closed forms count the same (`stashed_bytes`).
class HeldActivations {
 public:
  HeldActivations(const Setup& setup, Rank rank);

  void product_ends(const Compute& compute);
  // Activations have come with a message.
  void stored(const Payload& payload);
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  // The micro-batch, the layer that they are before, and behind how many layers of a synthesiser of
  // the layer before it.
  using Place = std::tuple<std::int32_t, std::int64_t, std::int32_t>;
  struct Held {
    std::int64_t bytes = 0;
    bool is_input = false;  // of a product that has been computed
    bool is_kept = true;    // from the forward pass on: it is not computed again
    bool weight_gradients_are_there = false;
    bool input_gradients_are_there = false;
  };

  [[nodiscard]] std::int64_t input_bytes(const Compute& compute) const;
  [[nodiscard]] std::int64_t output_bytes(const Compute& compute) const;
  // Holds at least so many bytes at a place.
  Held& hold(const Place& place, std::int64_t bytes);
  void release(const Place& place);
  void went_forward(const Compute& compute, const Place& input, const Place& output);
  void went_back(const Compute& compute, const Place& input, const Place& output);

  const Setup* setup_;
  LayerRange layers_;  // of the stage, where it computes again
  bool recomputes_;
  std::map<Place, Held> held_;
  std::int64_t bytes_ = 0;
};

// The messages that have reached one rank and wait there: of each sender the oldest, because the
// next one waits where it is sent and is read from there.
class WaitingMessages {
 public:
  // Return by how many bytes more the rank holds now.
  [[nodiscard]] std::int64_t arrives(Rank from, Tag tag, std::int64_t bytes);
  [[nodiscard]] std::int64_t is_taken(Rank from, Tag tag);

 private:
  struct Waiting {
    Tag tag = 0;
    std::int64_t bytes = 0;
  };
  std::map<Rank, std::vector<Waiting>> by_sender_;
};

class MemoryObserver final : public Observer {
 public:
  MemoryObserver(const Setup& setup, MemoryOverTime& memory);
  void use_reserved(DeviceUse& use, Picoseconds now) override;
  void use_ends(const DeviceUse& use, Picoseconds now) override;
  void message_arrives(const MessageUse& message, Picoseconds now) override;
  void message_taken(Rank rank, const Message& message, Picoseconds now) override;
  void operation_ends(Rank rank, const Operation& operation, Picoseconds begin,
                      Picoseconds now) override;

 private:
  void change_messages(Rank rank, std::int64_t bytes, Picoseconds now);
  void note(Rank rank, Picoseconds now);

  const Setup* setup_;
  MemoryOverTime* memory_;
  std::vector<HeldActivations> activations_;     // by rank
  std::vector<WaitingMessages> waiting_;         // likewise
  std::vector<std::int64_t> bytes_of_messages_;  // likewise
};

}  // namespace lockstep::models
