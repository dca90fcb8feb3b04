// The words in which a program speaks of faults.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace lockstep::runs {

// Returns "<file>: <pointer>: <message>", without an empty pointer.
[[nodiscard]] std::string text_of(std::string_view file, const Fault& fault);

// Likewise, with "warning: " before the message.
[[nodiscard]] std::string warning_of(std::string_view file, const Fault& fault);

// Returns "lockstep: <message>". Control characters are written out, so that no name drives the
// terminal.
[[nodiscard]] std::string message_line(std::string_view message);

}  // namespace lockstep::runs
