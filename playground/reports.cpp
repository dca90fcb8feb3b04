#include "playground/reports.hpp"

#include "playground/streams.hpp"
#include "reports/page_data.hpp"
#include "reports/report_json.hpp"
#include "reports/verdict.hpp"
#include "runs/sums_by_mpi.hpp"

namespace lockstep::playground {

ExitCode report_on(const Reporting& how, const std::string& name, For what) {
  scenarios::LoadOptions options;
  options.data = how.data;
  options.failures = how.failures;
  options.sweep = scenarios::SweepUse::refused;
  options.plan = scenarios::PlanUse::refused;
  const auto scenario = read_scenario(name, options);
  if (!scenario) return ExitCode::bad_input;
  if (const Faults faults = runs::faults_of_sums_by_mpi(*scenario); !faults.empty()) {
    complain_of(name, faults);
    return ExitCode::bad_input;
  }
  Finished finished = how.finish(*scenario, name, what);
  reports::Report& report = finished.report;
  const bool is_empty = report.runs.empty() && !report.traffic;
  if (finished.code == ExitCode::bad_input || is_empty) return finished.code;
  report.verdict = reports::verdict_of(report);
  if (what == For::report)
    print(reports::json_text(reports::report_json(report)));
  else
    print_page(reports::page_data({report}));
  return finished.code;
}

}  // namespace lockstep::playground
