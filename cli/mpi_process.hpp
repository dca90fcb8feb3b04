// One process of an MPI job, as commands see it: what all processes do together, and who speaks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/runs.hpp"
#include "models/language/setup.hpp"
#include "models/readers/execute/execute.hpp"

namespace lockstep::cli {

// The functions of MpiWorld without MPI's types, because commands are built with and without MPI.
struct MpiCalls {
  int rank = 0;
  int size = 1;
  std::function<std::vector<std::int64_t>(std::int64_t value)> all_say;
  std::function<void(std::span<std::int64_t> numbers)> take_from_first;
  std::function<models::Executed(const models::Problem& problem)> execute;
  std::function<void(int to, const std::string& text)> send_text;
  std::function<std::optional<std::pair<int, std::string>>()> take_text;
  std::function<void(int exit_code)> abort;
};

class MpiProcess {
 public:
  explicit MpiProcess(MpiCalls mpi);

  [[nodiscard]] int processes() const { return mpi_.size; }
  // Whether this is the one process of all that prints, shows and writes.
  [[nodiscard]] bool speaks() const { return mpi_.rank == 0; }

  // Copies rank 0's numbers to all processes. All processes must call it, like all functions that
  // follow.
  void take_from_first(std::span<std::int64_t> numbers) const { mpi_.take_from_first(numbers); }
  // Returns the code that rank 0 has.
  [[nodiscard]] ExitCode told(ExitCode mine) const;
  // Calls `prepare`, which may throw UsageError, and returns the code of the first rank that
  // failed, or `done`. If rank 0 did not fail, it says which rank did.
  [[nodiscard]] ExitCode agreed(const std::function<ExitCode()>& prepare) const;
  // Whether all processes have read the same scenarios; complains if not.
  [[nodiscard]] bool same_everywhere(const std::string& scenarios) const;
  // See MpiWorld::execute.
  [[nodiscard]] models::Executed execute(const models::Problem& problem) const {
    return mpi_.execute(problem);
  }

  // See MpiWorld::send_text, MpiWorld::take_text. Not all processes must call them.
  void send_text(int to, const std::string& text) const { mpi_.send_text(to, text); }
  [[nodiscard]] std::optional<std::pair<int, std::string>> take_text() const {
    return mpi_.take_text();
  }

  // Whether this many processes can carry out the run; complains about `file` if not.
  [[nodiscard]] bool fits(const std::string& file, const models::Setup& setup) const;

  // After an interruption: ends all processes, once rank 0 has written what it had.
  [[noreturn]] void end_all(ExitCode code) const;

 private:
  MpiCalls mpi_;
};

// Joins the job of this process, calls `run`, and leaves the job; an interrupted run ends all
// others. Throws UsageError if the program is built without MPI.
[[nodiscard]] ExitCode in_mpi_job(const std::function<ExitCode(const MpiProcess&)>& run);

// Whether a launcher started this process as one of several, as its environment says: mpirun of
// Open MPI, MPICH and others, or srun.
[[nodiscard]] bool is_one_of_several();
// Whether the program is built with MPI.
[[nodiscard]] bool has_mpi();

// Adds --transport.
void add_transport_option(options_description& options);
// Returns the value of --transport; throws UsageError.
[[nodiscard]] models::Transport transport_of(const CommandLine& line);

}  // namespace lockstep::cli
