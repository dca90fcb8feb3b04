// Options of commands, by Boost.Program_options: those that all commands have, those of commands
// with scenarios, and parsing with messages of our own.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

using boost::program_options::options_description;

// What was typed: values of options, and operands in order.
class CommandLine {
 public:
  CommandLine(boost::program_options::variables_map values, std::vector<std::string> operands)
      : values_(std::move(values)), operands_(std::move(operands)) {}

  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
  [[nodiscard]] bool has(const char* option) const { return values_.count(option) > 0; }
  // Returns the option's text, or an empty one if it was not given.
  [[nodiscard]] std::string text(const char* option) const;
  [[nodiscard]] bool quiet() const { return has("quiet"); }

  // Returns the pointers and values of a repeatable option; throws UsageError.
  [[nodiscard]] std::vector<scenarios::Override> overrides(const char* option) const;
  // Returns what --set, --seed and --strict say, for a command that does not sweep; throws
  // UsageError.
  [[nodiscard]] scenarios::LoadOptions load_options() const;

 private:
  boost::program_options::variables_map values_;
  std::vector<std::string> operands_;
};

// Reads a whole number from 1 to `most`; throws UsageError.
[[nodiscard]] int whole_number(const std::string& text, const char* option, int most);
// Adds --jobs, -j.
void add_jobs_option(options_description& options, const char* help);
// Returns how many: as --jobs says, or one for each core. Throws UsageError.
[[nodiscard]] std::size_t jobs_of(const CommandLine& line);
// Adds --set, --seed.
void add_scenario_options(options_description& options);
// Adds --strict.
void add_strict_option(options_description& options);

// Reads `arguments`. `own` are the command's options, to which --help, --version and --quiet are
// added. Returns nothing if --help or --version was asked for and has been answered. Throws
// UsageError.
[[nodiscard]] std::optional<CommandLine> read_command_line(const Command& command,
                                                           const options_description& own,
                                                           Arguments arguments);

// Throws UsageError unless there are `least` to `most` operands.
void check_operands(const Command& command, const CommandLine& line, std::size_t least,
                    std::size_t most);

}  // namespace lockstep::cli
