// Prints what the program says beside its results: on stderr, one line each, with "lockstep: " in
// front.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "cli/runs.hpp"
#include "runs/messages.hpp"
#include "sim/base/result.hpp"

namespace lockstep::cli {

// Bad usage: `main` prints it and ends with exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Prints "lockstep: <message>". Control characters are written out, so that no name drives the
// terminal.
void complain(std::string_view message);

// Silences all messages from now on, because another process of the same job prints them.
void mute_complaints();

// Prints "lockstep: <file>: <pointer>: <message>", one line per fault.
void complain_of(std::string_view file, const Faults& faults);

// Prints warnings as `complain_of` does, with "warning: " before the message.
void warn_of(std::string_view file, const Faults& warnings);

}  // namespace lockstep::cli
