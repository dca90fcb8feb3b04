#include "reports/ranking.hpp"

#include <algorithm>

#include "models/cost/host_memory.hpp"
#include "reports/comparison.hpp"
#include "reports/goodput.hpp"
#include "reports/replicates.hpp"
#include "reports/text.hpp"

namespace lockstep::reports {

namespace {

double samples_per_s_of(const Run& run) {
  if (run.executed) {
    const double median_s = run.executed->quantile_s(0.5);
    return median_s > 0 ? static_cast<double>(run.setup->used_per_iteration) / median_s : 0;
  }
  if (is_replicated(run)) {
    const double first_s = run.replicates.front().seconds();
    const double first = run.goodput ? goodput_samples_per_s(run) : samples_per_s(run);
    return first * first_s / spread_of(run).mean;
  }
  if (run.goodput) return goodput_samples_per_s(run);
  return samples_per_s(run);
}

// The best first: those that fit, of these those that reach the target, of these the soonest.
bool is_better(const Ranked& a, const Ranked& b) {
  if (a.fits != b.fits) return a.fits;
  if (a.to_target_s.has_value() != b.to_target_s.has_value()) return a.to_target_s.has_value();
  if (a.to_target_s && *a.to_target_s != *b.to_target_s) return *a.to_target_s < *b.to_target_s;
  return a.samples_per_s > b.samples_per_s;
}

}  // namespace

std::string Ranked::name() const { return '"' + printable(run->setup->label) + '"'; }

bool is_for_target(const Report& report) {
  return report.scenario->numerics.target_accuracy.has_value() &&
         std::ranges::any_of(report.runs, [](const Run& run) { return run.trained.has_value(); });
}

std::vector<Ranked> ranked(const Report& report) {
  const bool for_target = is_for_target(report);
  std::vector<Ranked> all;
  for (std::size_t i = 0; i < report.runs.size(); ++i) {
    const Run& run = report.runs[i];
    all.push_back({&run, i, models::fits_in_memory(*run.setup, run.analytic), samples_per_s_of(run),
                   std::nullopt});
    if (for_target && run.trained) all.back().to_target_s = run.trained->time_to_target_s;
  }
  std::ranges::stable_sort(all, is_better);
  return all;
}

std::optional<std::size_t> best_run(const Report& report) {
  const std::vector<Ranked> all = ranked(report);
  if (all.empty() || !all.front().fits) return std::nullopt;
  return all.front().place;
}

}  // namespace lockstep::reports
