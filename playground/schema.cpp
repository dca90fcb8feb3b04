// schema: the JSON Schema of a scenario, made from the registries.
#include "playground/commands.hpp"
#include "playground/streams.hpp"
#include "reports/report_json.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::playground {

ExitCode schema_command(const std::string& /*scenario_name*/) {
  print(reports::json_text(scenarios::scenario_schema()));
  return ExitCode::done;
}

}  // namespace lockstep::playground
