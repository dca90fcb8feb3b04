// lockstep schema: the JSON Schema of a scenario, made from the registries, or of a report.
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/standard_output.hpp"
#include "reports/report_json.hpp"
#include "reports/report_schema.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

ExitCode schema_command(const Command& self, Arguments arguments) {
  options_description options;
  options.add_options()("report", "of a report, in place of a scenario");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 0, 0);
  print(reports::json_text(line->has("report") ? reports::report_schema()
                                               : scenarios::scenario_schema()));
  return ExitCode::done;
}

}  // namespace lockstep::cli
