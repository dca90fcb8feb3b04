// What must hold of a scenario, whatever it is: every command runs it to the end, and what they
// say agrees. The program runs as a child process, so that a crash or a hang is a finding too.
#pragma once

#include <filesystem>
#include <string>

#include "tests/fuzz/report_checks.hpp"

namespace lockstep::fuzz {

struct Program {
  std::string path;              // of `lockstep`
  std::filesystem::path folder;  // for files
};

// What does not hold of a scenario that the loader accepts.
[[nodiscard]] Problems problems_of_scenario(const Json& scenario, const Program& program);

}  // namespace lockstep::fuzz
