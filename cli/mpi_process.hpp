// One process of an MPI job, as commands see it: what all processes do together, and who speaks.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "models/language/setup.hpp"
#include "models/readers/execute/execute.hpp"

namespace lockstep::cli {

// What MPI does, without its types: see MpiWorld. Commands are built with and without MPI.
struct MpiCalls {
  int rank = 0;
  int size = 1;
  std::function<std::vector<std::int64_t>(std::int64_t value)> all_say;
  std::function<void(std::span<std::int64_t> numbers)> take_from_first;
  std::function<models::Executed(const models::Problem& problem)> execute;
  std::function<void(int exit_code)> abort;
};

class MpiProcess {
 public:
  explicit MpiProcess(MpiCalls mpi);

  [[nodiscard]] int processes() const { return mpi_.size; }
  // Of all processes one says, shows and writes what there is.
  [[nodiscard]] bool speaks() const { return mpi_.rank == 0; }

  // Gives all rank 0's numbers. Like all that follow, for all processes at once.
  void take_from_first(std::span<std::int64_t> numbers) const { mpi_.take_from_first(numbers); }
  // The code that rank 0 has.
  [[nodiscard]] ExitCode told(ExitCode mine) const;
  // The worst code of `prepare`, which may throw UsageError; rank 0 says who found fault with what
  // it has none with.
  [[nodiscard]] ExitCode agreed(const std::function<ExitCode()>& prepare) const;
  // Whether all have read the same; complains if not.
  [[nodiscard]] bool same_everywhere(const std::string& scenarios) const;
  // See MpiWorld::execute.
  [[nodiscard]] models::Executed execute(const models::Problem& problem) const {
    return mpi_.execute(problem);
  }

  // Whether this many processes can carry the run out; complains of the scenario's file if not.
  [[nodiscard]] bool fits(const std::string& file, const models::Setup& setup) const;

  // After an interruption: ends all processes, once rank 0 has written what it had.
  [[noreturn]] void end_all(ExitCode code) const;

 private:
  MpiCalls mpi_;
};

// Joins the job that this process is of, runs, and leaves it; an interrupted run ends all others.
// Throws UsageError if the program is built without MPI.
[[nodiscard]] ExitCode in_mpi_job(const std::function<ExitCode(const MpiProcess&)>& run);

// Adds --transport.
void add_transport_option(options_description& options);
// Of --transport; throws UsageError.
[[nodiscard]] models::Transport transport_of(const CommandLine& line);

}  // namespace lockstep::cli
