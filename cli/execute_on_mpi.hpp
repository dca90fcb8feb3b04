// lockstep execute --transport mpi: every process of an MPI job comes through here.
#pragma once

#include "cli/command_line.hpp"
#include "cli/runs.hpp"

namespace lockstep::cli {

// Throws UsageError if the program is built without MPI.
[[nodiscard]] ExitCode execute_on_mpi(const CommandLine& line);

}  // namespace lockstep::cli
