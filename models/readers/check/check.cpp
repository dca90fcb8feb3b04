#include "models/readers/check/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

std::string_view name_of(Agreement agreement) {
  switch (agreement) {
    case Agreement::equal:
      return "equal";
    case Agreement::within_bound:
      return "within bound";
    case Agreement::differs:
      return "differ";
    case Agreement::unknown:
      break;
  }
  return "-";
}

namespace {

template <class A, class B>
bool same_counts(const A& a, const B& b) {
  return a.flops == b.flops && a.bytes == b.bytes && a.messages == b.messages;
}

// Where mini-batches are dropped half-way, how many FLOPs that saves depends on the clock.
Agreement counts_of(const Checked& checked) {
  const ClosedForm& form = checked.form;
  const Executed& executed = checked.executed;
  if (same_counts(form, executed) && same_counts(form, checked.simulated)) return Agreement::equal;
  const bool below = executed.flops.total() <= form.flops.total() && executed.bytes <= form.bytes &&
                     executed.messages <= form.messages;
  return !form.counts_exact && below ? Agreement::within_bound : Agreement::differs;
}

// Seconds of all ranks together, or of one of them on average.
struct Busy {
  double measured_s = 0;
  double predicted_s = 0;
};

Busy busy_of(const Setup& setup, const Checked& checked) {
  Busy busy;
  for (const RankUse& use : checked.executed.ranks)
    busy.measured_s += use.compute_s + use.communication_s;
  for (const HostUse& use : checked.simulated.workers) busy.predicted_s += use.compute.seconds();
  for (const HostUse& use : checked.simulated.servers) busy.predicted_s += use.compute.seconds();
  const auto ranks = static_cast<double>(setup.ranks());
  return {busy.measured_s * checked.speed / ranks, busy.predicted_s / ranks};
}

std::string percent(double part, double whole) {
  return fmt::format("{:.0f} %", 100 * std::abs(part) / whole);
}

// What of the gap is in operations, and what in the time between them.
std::string reason_of(const Setup& setup, const Checked& checked) {
  constexpr double small = 0.05;
  if (std::abs(checked.time_error()) <= small) return {};
  if (checked.beyond_noise() <= 0)
    return fmt::format("no more than the machine's own noise, {:.0f} % between its runs",
                       100 * checked.noise);
  const Busy busy = busy_of(setup, checked);
  const double measured_s = checked.comparable_s();
  const double in_operations_s = busy.measured_s - busy.predicted_s;
  const double between_s = measured_s - checked.predicted_s() - in_operations_s;
  const bool crowded = setup.cluster.cores > 0 && setup.cluster.cores < setup.ranks();
  if (std::abs(in_operations_s) >= std::abs(between_s)) {
    const std::string amount = percent(in_operations_s, measured_s);
    if (in_operations_s < 0)
      return fmt::format("operations took {} of the time less than calibrated (cache effects)",
                         amount);
    if (crowded)
      return fmt::format(
          "{} ranks share {} cores; interrupted operations account for {} of the time",
          setup.ranks(), setup.cluster.cores, amount);
    return fmt::format(
        "operations took {} of the time longer than calibrated (cache effects or other programs)",
        amount);
  }
  const std::string amount = percent(between_s, measured_s);
  if (between_s > 0)
    return fmt::format("ranks waited {} of the time longer than predicted (scheduling)", amount);
  if (crowded)
    return fmt::format("ranks waited {} of the time less than predicted (scheduling)", amount);
  return fmt::format(
      "ranks waited {} of the time less than predicted (they were awake when messages came)",
      amount);
}

// Synchronous sums may be in order of arrival too, on a server: other bits then, not other numbers.
bool depends_on_time(const Setup& setup, const Order& order) {
  return setup.algorithm->asynchronous ||
         std::ranges::any_of(order.ranks,
                             [](const RankOrder& rank) { return !rank.sources.empty(); });
}

}  // namespace

Checked check_run(const Problem& problem, std::vector<RealRun> runs, const CheckOptions& options) {
  const Setup& setup = *problem.setup;
  Checked checked;
  checked.form = closed_form_of(setup);
  for (const RealRun& run : runs) checked.walls_s.push_back(run.executed.wall_s);
  std::sort(checked.walls_s.begin(), checked.walls_s.end());
  std::sort(runs.begin(), runs.end(), [](const RealRun& a, const RealRun& b) {
    return a.executed.wall_s * a.speed < b.executed.wall_s * b.speed;
  });
  const auto comparable_s = [](const RealRun& run) { return run.executed.wall_s * run.speed; };
  RealRun& middle = runs[runs.size() / 2];
  checked.noise =
      (comparable_s(runs.back()) - comparable_s(runs.front())) / 2 / comparable_s(middle);
  checked.executed = std::move(middle.executed);
  checked.speed = middle.speed;
  TrainOptions how;
  how.target_accuracy = options.target_accuracy;
  if (!how.target_accuracy) how.points = 1;  // the end alone
  how.threads = options.threads;
  if (depends_on_time(setup, checked.executed.order)) how.replay = &checked.executed.order;
  sim::RunControl control;
  control.stop = options.stop;
  Trained trained = train(setup, problem, how, control);
  if (!trained.simulated.outcome.finished() || !trained.numbers.finished) return checked;
  checked.simulated = std::move(trained.simulated);
  checked.time_to_target_s = trained.time_to_target_s;
  checked.counts = counts_of(checked);
  if (setup.algorithm->shared_memory)
    checked.parameters = Agreement::unknown;
  else if (trained.numbers.model.sha256 != checked.executed.model.sha256)
    checked.parameters = Agreement::differs;
  checked.reason = reason_of(setup, checked);
  checked.finished = true;
  return checked;
}

namespace {

// From 1; equal values share the mean of theirs.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && !(values[order[first]] < values[order[end]])) ++end;
    for (std::size_t i = first; i < end; ++i)
      ranks[order[i]] = static_cast<double>(first + end + 1) / 2;
    first = end;
  }
  return ranks;
}

}  // namespace

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> ranks_a = ranks_of(a);
  const std::vector<double> ranks_b = ranks_of(b);
  const double mean = (static_cast<double>(a.size()) + 1) / 2;
  double both = 0;
  double of_a = 0;
  double of_b = 0;
  for (std::size_t i = 0; i < ranks_a.size(); ++i) {
    both += (ranks_a[i] - mean) * (ranks_b[i] - mean);
    of_a += (ranks_a[i] - mean) * (ranks_a[i] - mean);
    of_b += (ranks_b[i] - mean) * (ranks_b[i] - mean);
  }
  return of_a > 0 && of_b > 0 ? both / std::sqrt(of_a * of_b) : 1;
}

OrderKept order_kept(std::span<const double> measured, std::span<const double> predicted,
                     double margin) {
  OrderKept kept;
  for (std::size_t slow = 0; slow < measured.size(); ++slow)
    for (std::size_t fast = 0; fast < measured.size(); ++fast) {
      if (measured[slow] <= (1 + margin) * measured[fast]) continue;
      ++kept.pairs;
      if (predicted[slow] <= predicted[fast]) ++kept.swapped;
    }
  return kept;
}

}  // namespace lockstep::models
