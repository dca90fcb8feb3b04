// The program without its `main`.
#pragma once

#include <string>
#include <vector>

namespace lockstep::cli {

// Runs the command that `arguments` (without the program's name) ask for, and returns the exit
// code. Nothing is thrown, and nothing is lost silently: if a write to stdout failed, the exit code
// is 3.
[[nodiscard]] int run_program(const std::vector<std::string>& arguments);

}  // namespace lockstep::cli
