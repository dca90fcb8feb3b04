// lockstep schema: the JSON Schema of a scenario, made from the registries.
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/standard_output.hpp"
#include "reports/report_json.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

ExitCode schema_command(const Command& self, Arguments arguments) {
  const auto line = read_command_line(self, {}, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 0, 0);
  print(reports::json_text(scenarios::scenario_schema()));
  return ExitCode::done;
}

}  // namespace lockstep::cli
