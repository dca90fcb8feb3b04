// lockstep check --simulate-only: closed forms beside simulations, on the scenario's own cluster.
#pragma once

#include "cli/command_line.hpp"
#include "cli/runs.hpp"

namespace lockstep::cli {

// Throws UsageError for options of real runs. The exit code is `check_failed` if a claim does not
// hold or counts differ.
[[nodiscard]] ExitCode check_claims(const CommandLine& line);

}  // namespace lockstep::cli
