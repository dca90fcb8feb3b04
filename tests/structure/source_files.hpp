// The repository's own source files, for the tests of its structure.
#pragma once

#include <string>
#include <vector>

namespace lockstep::structure {

struct SourceFile {
  std::string path;  // from the top of the repository: "sim/engine.hpp"
  std::vector<std::string> lines;
  std::vector<std::string> includes;  // those in quotes, as written
};

// Every .hpp and .cpp file of the floors, the tests and the benchmarks, in order of path.
[[nodiscard]] const std::vector<SourceFile>& source_files();

// The path that `#include "path"` names on this line; empty if it is no such line.
[[nodiscard]] std::string quoted_include(const std::string& line);

}  // namespace lockstep::structure
