// The files that options name: those that are written must be neither each other nor one that is
// read.
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

// What is written, one for each of `outputs`, in order. Links are followed: names that lead to one
// file are one. Throws UsageError for an empty name, two outputs in one file, and an output in the
// place of a scenario or of what one of `inputs` names.
[[nodiscard]] std::vector<NamedFile> output_files(const CommandLine& line,
                                                  std::initializer_list<const char*> outputs,
                                                  std::initializer_list<const char*> inputs = {});

}  // namespace lockstep::cli
