#include "cli/runs_progress.hpp"

namespace lockstep::cli {

void RunsProgress::begin(std::size_t run, const std::string& label, Picoseconds expected) {
  const std::lock_guard lock(mutex_);
  under_way_[run] = {label, expected};
  if (under_way_.begin()->first == run) bar_.begin(label, expected);
}

void RunsProgress::advance(std::size_t run, Picoseconds now, std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  if (!under_way_.empty() && under_way_.begin()->first == run) bar_.advance(now, events);
}

void RunsProgress::advance(std::size_t run, std::size_t done, std::size_t all) {
  const std::lock_guard lock(mutex_);
  if (!under_way_.empty() && under_way_.begin()->first == run) bar_.advance(done, all);
}

void RunsProgress::end(std::size_t run) {
  const std::lock_guard lock(mutex_);
  if (under_way_.erase(run) == 0) return;
  bar_.erase();
  if (under_way_.empty()) return;
  const auto& [label, expected] = under_way_.begin()->second;
  bar_.begin(label, expected);
}

void RunsProgress::erase() {
  const std::lock_guard lock(mutex_);
  bar_.erase();
}

}  // namespace lockstep::cli
