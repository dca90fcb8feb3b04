#include "cli/plan_files.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "cli/messages.hpp"
#include "cli/result_file.hpp"
#include "reports/report_json.hpp"
#include "reports/sweep_line.hpp"

namespace lockstep::cli {

namespace fs = std::filesystem;

bool can_fill(const std::string& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::exists(status) && !fs::is_directory(status))
    throw UsageError(fmt::format("--output: must be a folder, or -, found the file {}", folder));
  if (fs::is_directory(status)) {
    if (!fs::is_empty(folder, error) && !error)
      throw UsageError(
          fmt::format("--output: must be a new or an empty folder, and {} is not", folder));
    return can_write((fs::path(folder) / "plan.json").string());
  }
  fs::path above = fs::path(folder).lexically_normal();
  if (!above.has_filename()) above = above.parent_path();
  return can_write(above.string());  // a file of this name could be made there
}

bool fill(const std::string& folder, const scenarios::PlannedScenario& planned,
          reports::PlanReport& report) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    complain(fmt::format("{}: cannot be made: {}", folder, error.message()));
    return false;
  }
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    reports::PlanRow& row = report.rows[i];
    if (!row.is_on_front && !row.is_on_target_front) continue;
    const auto scenario = planned.scenario(row.candidate);
    if (!scenario) {
      complain(reports::faults_text(scenario.faults()));
      return false;
    }
    row.file = fmt::format("{:02}_{}.json", i + 1, row.kind);
    if (!write_result((fs::path(folder) / row.file).string(),
                      reports::json_text(scenario->resolved)))
      return false;
  }
  return write_result((fs::path(folder) / "plan.json").string(),
                      reports::json_text(reports::plan_json(report)));
}

}  // namespace lockstep::cli
