// Errors as values: a result is a value, or the list of all faults that kept it from being made.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.hpp"

namespace lockstep {

// One fault of an input: where it stands and what is wrong with it, in one line.
struct Fault {
  std::string pointer;  // JSON pointer, or "line 3, column 7", or empty for the whole file
  std::string message;  // "must be at least 1, found 0"

  friend bool operator==(const Fault&, const Fault&) = default;
};

using Faults = std::vector<Fault>;

template <class Value>
class [[nodiscard]] Result {
 public:
  Result(Value value) : state_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Result(Faults faults) : state_(std::move(faults)) {}       // NOLINT(google-explicit-constructor)
  Result(Fault fault) : state_(Faults{std::move(fault)}) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Returns the value; the result must be ok.
  [[nodiscard]] Value& operator*() {
    check(ok(), "value of a failed result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const Value& operator*() const {
    check(ok(), "value of a failed result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] Value* operator->() { return &**this; }
  [[nodiscard]] const Value* operator->() const { return &**this; }

  // Returns the faults; the result must not be ok.
  [[nodiscard]] const Faults& faults() const {
    check(!ok(), "faults of a good result");
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<Value, Faults> state_;
};

}  // namespace lockstep
