// validate: reads the scenario and says whether it is good.
#include "playground/commands.hpp"
#include "playground/streams.hpp"
#include "reports/text.hpp"

namespace lockstep::playground {

ExitCode validate_command(const std::string& scenario_name) {
  scenarios::LoadOptions options;
  options.data = scenarios::DataUse::if_given;
  if (!read_scenario(scenario_name, options)) return ExitCode::bad_input;
  print(reports::printable(scenario_name) + ": valid\n");
  return ExitCode::done;
}

}  // namespace lockstep::playground
