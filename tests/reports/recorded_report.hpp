// A report of one run that was simulated, with all that can be recorded of it.
#pragma once

#include <utility>

#include "reports/report.hpp"
#include "tests/models/run_of.hpp"
#include "tests/reports/sample_report.hpp"

namespace lockstep::reports::testing {

// The algorithm on so many hosts, as `RunOf` has it.
[[nodiscard]] inline models::testing::RunOf run_of(const char* kind, int hosts,
                                                   std::int64_t iterations = 1) {
  models::testing::RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.training.iterations = iterations;
  return run;
}

// The report points into the scenario: it stays where it is made.
struct RecordedReport {
  scenarios::Scenario scenario;
  Report report;

  explicit RecordedReport(const models::testing::RunOf& run) : scenario(sample_scenario()) {
    scenario.cluster = run.cluster();
    scenario.runs = {run.setup()};
    report.scenario = &scenario;
    const models::Setup& setup = scenario.runs.front();
    Run one = {&setup, models::closed_form_of(setup), std::nullopt};
    one.recording.emplace(100'000, setup.ranks());
    models::Causes causes(100'000);
    one.simulated = models::simulate(setup, {}, {.recording = &*one.recording, .causes = &causes});
    CriticalPath& path = one.critical_path.emplace();
    path.steps = models::critical_path(causes);
    path.shares = models::shares_of(path.steps, setup);
    path.improvements =
        models::improvements(setup, path.shares, one.simulated->makespan, improvement_factor);
    report.runs.push_back(std::move(one));
  }
  RecordedReport(const RecordedReport&) = delete;
  RecordedReport& operator=(const RecordedReport&) = delete;

  [[nodiscard]] const Run& run() const { return report.runs.front(); }
};

}  // namespace lockstep::reports::testing
