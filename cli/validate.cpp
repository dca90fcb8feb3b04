// lockstep validate: reads scenarios and says whether they are good.
#include <limits>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/scenario_files.hpp"
#include "cli/standard_output.hpp"
#include "reports/text.hpp"

namespace lockstep::cli {

ExitCode validate_command(const Command& self, Arguments arguments) {
  options_description options;
  add_scenario_options(options);
  add_strict_option(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  ExitCode code = ExitCode::done;
  for (const std::string& file : line->operands()) {
    if (load_scenario_file(file, *line, scenarios::DataUse::if_given,
                           scenarios::SweepUse::checked)) {
      print(reports::printable(file) + ": valid\n");
      // Kept whatever ends the program. An error is remembered, and reported later.
      (void)finish_standard_output();
    } else {
      code = ExitCode::bad_input;
    }
  }
  return code;
}

}  // namespace lockstep::cli
