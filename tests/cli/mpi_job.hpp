// Jobs of `lockstep execute --transport mpi`, or of another command, for tests.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace lockstep::cli::testing {

// Whether the program is built with MPI and Open MPI's mpirun is there; says so if not.
[[nodiscard]] bool can_run_mpi();

// Whether the process ends, if it has not yet: within ten seconds.
[[nodiscard]] bool ends(pid_t process);

// `mpirun -n processes lockstep command --transport mpi arguments...`, ended after a minute.
// Without `names_transport`, the program is left to find out by itself that it is in an MPI job.
class MpiJob {
 public:
  MpiJob(int processes, const std::vector<std::string>& arguments, const TemporaryFolder& folder,
         const std::string& command = "execute", bool names_transport = true);

  [[nodiscard]] ChildProgram& program() { return program_; }
  [[nodiscard]] Ended wait() { return program_.wait(); }
  // The processes that train, once all of them do; by process, not by rank.
  [[nodiscard]] std::vector<pid_t> ranks() const;

 private:
  int processes_;
  ChildProgram program_;
};

}  // namespace lockstep::cli::testing
