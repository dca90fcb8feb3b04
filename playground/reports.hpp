// From a scenario to what a command prints of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "playground/commands.hpp"
#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::playground {

// What a command has found out. The report refers to the scenario that it is of.
struct Finished {
  ExitCode code = ExitCode::done;
  reports::Report report;
  std::vector<std::shared_ptr<const models::Setup>> ordered;  // which its runs may refer to
};

enum class For : std::uint8_t {
  report,
  page,
  figures,  // a page without timelines and paths: what ranks do is not recorded, most of the work
};

// How the command of a report reads its scenario and finishes it.
struct Reporting {
  scenarios::DataUse data = scenarios::DataUse::unread;
  scenarios::FailureUse failures = scenarios::FailureUse::simulated;
  // Says on stderr what there is to say, by the scenario's name there.
  Finished (*finish)(const scenarios::Scenario& scenario, const std::string& name, For what);
};

[[nodiscard]] ExitCode report_on(const Reporting& how, const std::string& name, For what);

}  // namespace lockstep::playground
