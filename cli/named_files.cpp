#include "cli/named_files.hpp"

#include <fmt/format.h>

#include "cli/messages.hpp"
#include "cli/output_place.hpp"

namespace lockstep::cli {

namespace {

void check_against_inputs(const CommandLine& line, const std::string& file,
                          std::initializer_list<const char*> inputs) {
  for (const std::string& scenario : line.operands())
    if (same_file(file, scenario))
      throw UsageError(fmt::format("{}: would be overwritten, but it is a scenario", file));
  for (const char* input : inputs)
    if (line.has(input) && same_file(file, line.text(input)))
      throw UsageError(fmt::format("{}: would be overwritten, but --{} reads it", file, input));
}

}  // namespace

std::vector<NamedFile> output_files(const CommandLine& line,
                                    std::initializer_list<const char*> outputs,
                                    std::initializer_list<const char*> inputs) {
  std::vector<NamedFile> files;
  for (const char* option : outputs) {
    const std::string file = line.text(option);
    if (line.has(option) && file.empty())
      throw UsageError(fmt::format("--{}: needs a file name", option));
    if (!file.empty()) check_against_inputs(line, file, inputs);
    for (const NamedFile& other : files)
      if (!file.empty() && !other.file.empty() && same_file(file, other.file))
        throw UsageError(fmt::format("--{} and --{}: must not be the same file, found {}",
                                     other.option, option, file));
    files.push_back({option, file});
  }
  return files;
}

}  // namespace lockstep::cli
