// --tolerance: by how much a time may be off.
#pragma once

#include "cli/command_line.hpp"

namespace lockstep::cli {

// Returns a share, `usual` if the option was not given; throws UsageError.
[[nodiscard]] double tolerance_of(const CommandLine& line, double usual);

}  // namespace lockstep::cli
