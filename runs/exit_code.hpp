// The program's exit codes, which are part of the contract with scripts.
#pragma once

namespace lockstep::runs {

enum class ExitCode : int {
  done = 0,
  check_failed = 1,   // something was not as predicted
  bad_input = 2,      // bad usage or bad scenario
  unfinished = 3,     // input and output, memory, a deadlock
  interrupted = 130,  // by Ctrl-C; what was finished is kept
};

}  // namespace lockstep::runs
