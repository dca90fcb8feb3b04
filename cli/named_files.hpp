// The files that options name. Those that are written must differ from each other and from those
// that are read.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace lockstep::cli {

struct NamedFile {
  const char* option;  // "output"
  std::string file;    // empty for none, "-" for stdout
};

// Returns the files that are written, one for each of `outputs`, in order. Links are followed:
// names that lead to one file count as one. Throws UsageError for an empty name, two outputs in one
// file, and an output in the place of a scenario or of a file that one of `inputs` names.
[[nodiscard]] std::vector<NamedFile> output_files(const CommandLine& line,
                                                  std::initializer_list<const char*> outputs,
                                                  std::initializer_list<const char*> inputs = {});

}  // namespace lockstep::cli
