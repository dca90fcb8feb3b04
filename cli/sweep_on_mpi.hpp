// lockstep sweep under mpirun: every process of an MPI job comes through here. Rank 0 hands points
// to the processes that ask for some, itself among them, and writes the lines that they send.
#pragma once

#include "cli/command_line.hpp"
#include "cli/runs.hpp"

namespace lockstep::cli {

// Whether the points are to be divided among the processes of an MPI job, as --transport says or,
// without it, the environment. Throws UsageError if they are and the program is built without MPI.
[[nodiscard]] bool sweeps_on_mpi(const CommandLine& line);

[[nodiscard]] ExitCode sweep_on_mpi(const CommandLine& line);

}  // namespace lockstep::cli
