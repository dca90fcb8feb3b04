// What the program says beside its results: on stderr, a line each, "lockstep: ..." in front.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace lockstep::cli {

// Bad usage: `main` prints it and ends with exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "lockstep: <message>". Control characters are written out, so that no name drives the terminal.
void complain(std::string_view message);

// From now on nothing is said: another process of the same job says it.
void mute_complaints();

// "lockstep: <file>: <pointer>: <message>", a line a fault; the pointer is left out where empty.
void complain_of(std::string_view file, const Faults& faults);

// The same, with "warning: " before the message.
void warn_of(std::string_view file, const Faults& warnings);

}  // namespace lockstep::cli
