#include "cli/finished_runs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/messages.hpp"
#include "cli/standard_output.hpp"
#include "reports/verdict.hpp"

namespace lockstep::cli {

FinishedRuns::FinishedRuns(const ReportFiles* shown_by, std::size_t expected, WriteReports write)
    : shown_by_(shown_by), expected_(expected), write_(std::move(write)) {}

void FinishedRuns::begin(const scenarios::Scenario& scenario) {
  const std::lock_guard lock(mutex_);
  reports_.emplace_back();
  reports_.back().scenario = &scenario;
  places_.clear();
  reports_.back().runs.reserve(scenario.runs.size());
  last_is_open_ = true;
}

void FinishedRuns::add(reports::Run run) { add(std::move(run), reports_.back().runs.size()); }

void FinishedRuns::forget_from(std::size_t place) {
  const std::lock_guard lock(mutex_);
  auto& runs = reports_.back().runs;
  for (; !places_.empty() && places_.back() >= place; places_.pop_back(), --count_) runs.pop_back();
}

void FinishedRuns::add(reports::Run run, std::size_t place) {
  const std::lock_guard lock(mutex_);
  const auto after = std::ranges::upper_bound(places_, place);
  auto& runs = reports_.back().runs;
  runs.insert(runs.begin() + (after - places_.begin()), std::move(run));
  places_.insert(after, place);
  ++count_;
}

void FinishedRuns::add(topologies::TrafficResult traffic) {
  const std::lock_guard lock(mutex_);
  reports_.back().traffic = std::move(traffic);
  ++count_;
}

void FinishedRuns::add(reports::CriticalPath path_of_best) {
  const std::lock_guard lock(mutex_);
  reports_.back().path_of_best = std::move(path_of_best);
}

void FinishedRuns::end_scenario(bool interrupted) {
  const std::lock_guard lock(mutex_);
  show_last(interrupted);
}

void FinishedRuns::show_last(bool interrupted) {
  if (!std::exchange(last_is_open_, false)) return;
  reports::Report& last = reports_.back();
  last.interrupted = interrupted;
  last.verdict = reports::verdict_of(last);
  if (last.runs.empty() && !last.traffic)
    reports_.pop_back();
  else if (shown_by_ != nullptr)
    shown_by_->show(last);
}

ExitCode FinishedRuns::write_all(ExitCode code) {
  if (code == ExitCode::interrupted) {
    const std::string limit = passed_limit();
    complain(fmt::format("{}; {} of {} runs finished; results of finished runs are kept",
                         limit.empty() ? "interrupted" : limit, count_, expected_));
    if (!limit.empty()) code = ExitCode::unfinished;
  }
  const ExitCode written = write_(reports_);
  return written == ExitCode::done ? code : written;
}

ExitCode FinishedRuns::conclude(ExitCode code) {
  const std::lock_guard lock(mutex_);
  concluded_ = true;
  return write_all(code);
}

void FinishedRuns::end_interrupted() {
  const std::lock_guard lock(mutex_);
  if (concluded_) return;
  if (isatty(STDERR_FILENO) == 1) std::fputs("\r\x1b[K", stderr);  // what is left of a bar
  show_last(true);
  ExitCode code = write_all(ExitCode::interrupted);
  if (!finish_standard_output().empty()) code = ExitCode::unfinished;
  _exit(static_cast<int>(code));
}

}  // namespace lockstep::cli
