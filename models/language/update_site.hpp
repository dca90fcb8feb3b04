// The data that an update rule works on when it is carried out on real numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/language/operation.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

// The elements of one update, in one rank's memory. All spans are equally long, and an index means
// the same parameter in each. What a rule keeps from update to update is initially zero.
struct UpdateSite {
  const Setup* setup = nullptr;
  Rank rank = 0;    // the rank that updates
  Rank source = 0;  // sender of the message stored last: on a server, the worker that pushed
  std::int64_t version = 0;     // of the message stored last
  std::int64_t staleness = 0;   // of the gradient
  std::int64_t number = 1;      // of this update among its rule's updates of its elements, from 1
  Payload payload;              // what is updated
  std::span<float> parameters;  // of `payload`
  std::span<const float> gradients;  // a mean over samples: `Algorithm::samples_of_gradient`

  [[nodiscard]] double learning_rate() const { return setup->training.learning_rate; }
  // Returns the same elements of another buffer of the rank.
  [[nodiscard]] std::span<float> other(Buffer buffer) const { return buffer_of(memory, buffer); }
  // Returns all of another buffer, for buffers whose elements do not stand for parameters.
  [[nodiscard]] std::span<float> whole(Buffer buffer) const { return whole_of(memory, buffer); }
  // Returns the rule's own vector number `index`. It is kept from update to update; at first it is
  // zero or, with `from_parameters`, a copy of the parameters at the start of the run, whatever
  // `parameters` holds by then.
  [[nodiscard]] std::span<float> state(int index, bool from_parameters = false) const {
    return state_of(memory, index, from_parameters);
  }

  // The members below are set by the owner of the numbers.
  void* memory = nullptr;
  std::span<float> (*buffer_of)(void* memory, Buffer buffer) = nullptr;
  std::span<float> (*whole_of)(void* memory, Buffer buffer) = nullptr;
  std::span<float> (*state_of)(void* memory, int index, bool from_parameters) = nullptr;
};

}  // namespace lockstep::models
