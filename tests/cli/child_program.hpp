// The built program as a child process.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/paths.hpp"

namespace lockstep::cli::testing {

struct Ended {
  int code = -1;       // exit code; -1 if a signal ended it
  std::string output;  // stdout
  std::string errors;  // stderr
};

// Runs in `folder`; stdout goes to a pipe, stderr to a file. `redirect_output_to`: a file for
// stdout in place of the pipe; "closed pipe" for a pipe that nobody reads. `program`: another one,
// which is looked for where the shell would.
class ChildProgram {
 public:
  ChildProgram(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
               const std::string& redirect_output_to = "",
               const std::string& program = lockstep::testing::program_path());
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  void wait_for_output(const std::string& part);  // until stdout holds `part`, or ends
  void send(int signal) const;
  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] Ended wait();

 private:
  bool read_some();  // false at the end

  std::filesystem::path errors_file_;
  pid_t process_ = -1;
  int output_ = -1;
  std::string output_text_;
};

}  // namespace lockstep::cli::testing
