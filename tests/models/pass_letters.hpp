// The order in which the ranks of a measured pipeline run their passes, as text.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/measured_pipeline.hpp"

namespace lockstep::models::testing {

// What each rank computes, in order: F, B and W of its stage, or of its first chunk where it has
// two, and f, b and w of its second. Layers are measured stages, divided or not.
class Letters : public Numbers {
 public:
  explicit Letters(int ranks) : ranks_(static_cast<std::size_t>(ranks)) {}
  [[nodiscard]] std::uint32_t copy_of(Rank /*rank*/, const Payload& /*payload*/) override {
    return 0;
  }
  void carried_out(Rank rank, const Operation& operation) override {
    const auto* compute = std::get_if<Compute>(&operation);
    if (compute == nullptr) return;
    const bool second = compute->layer >= static_cast<std::int64_t>(ranks_.size());
    const char* letters = second ? "fbw" : "FBW";
    ranks_[static_cast<std::size_t>(rank)] +=
        letters[compute->kind == ComputeKind::forward          ? 0
                : compute->kind == ComputeKind::backward_input ? 1
                                                               : 2];
  }
  [[nodiscard]] const std::vector<std::string>& ranks() const { return ranks_; }

 private:
  std::vector<std::string> ranks_;
};

inline std::vector<std::string> schedule(const char* kind, int ranks, std::int64_t micro_batches) {
  Letters letters(ranks);
  const Setup setup = measured_pipeline(kind, {ranks, micro_batches, 1, 1, 1, 0}).setup();
  REQUIRE(simulate(setup, {}, {.numbers = &letters}).outcome.finished());
  return letters.ranks();
}

// Micro-batches, or chunks of them, between F and W, at most.
inline std::int64_t most_in_flight(const std::string& letters) {
  std::int64_t now = 0;
  std::int64_t most = 0;
  for (const char letter : letters) {
    now += letter == 'F' || letter == 'f' ? 1 : letter == 'W' || letter == 'w' ? -1 : 0;
    most = std::max(most, now);
  }
  return most;
}

}  // namespace lockstep::models::testing
