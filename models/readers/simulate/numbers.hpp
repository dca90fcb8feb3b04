// The numbers that a run can carry beside its timing: the contents of messages and the effects of
// operations.
//
// Timing and numbers are independent: a simulation without numbers costs the same and counts the
// same. Tests attach vectors to see that collectives sum what they should.
#pragma once

#include <cstdint>

#include "models/language/operation.hpp"

namespace lockstep::models {

class Numbers {
 public:
  Numbers() = default;
  Numbers(const Numbers&) = delete;
  Numbers& operator=(const Numbers&) = delete;
  virtual ~Numbers() = default;

  // Called when a message with `payload` leaves `rank`: keeps a copy and returns its handle, which
  // arrives as `Message::content`.
  [[nodiscard]] virtual std::uint32_t copy_of(Rank rank, const Payload& payload) = 0;
  // Called when `rank` has carried out a compute, reduce, accumulate, store, update or
  // access_shared operation.
  virtual void carried_out(Rank rank, const Operation& operation) = 0;
};

}  // namespace lockstep::models
