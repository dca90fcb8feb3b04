#include "models/readers/train/train.hpp"

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/run_log.hpp"

namespace lockstep::models {

namespace {

std::int64_t until(const std::vector<Picoseconds>& times, Picoseconds time) {
  return std::upper_bound(times.begin(), times.end(), time) - times.begin();
}

// Iterations of one rank that have ended: the next has begun, or all is over.
std::int64_t ended_until(const RunLog& log, Rank rank, Picoseconds time) {
  const auto index = static_cast<std::size_t>(rank);
  const std::int64_t begun = until(log.iterations[index], time);
  return log.ends[index] <= time ? begun : std::max<std::int64_t>(begun - 1, 0);
}

void add_progress(const Setup& setup, const RunLog& log, Picoseconds time, LossCurve& curve) {
  std::int64_t all = 0;
  std::int64_t samples = 0;
  std::int64_t least = setup.training.iterations;
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    const std::int64_t ended = ended_until(log, rank, time);
    all += ended;
    samples += ended * setup.samples_of(rank);
    least = std::min(least, ended);
  }
  const bool each_its_own = setup.algorithm->family == Family::data_parallel;
  curve.time_s.push_back(time.seconds());
  curve.iterations.push_back(each_its_own ? all : least);
  curve.samples.push_back(each_its_own ? samples : least * setup.global_batch);
}

std::vector<UpdatesByRank> updates_at(const RunLog& log, const std::vector<Picoseconds>& times) {
  std::vector<UpdatesByRank> points;
  for (const Picoseconds time : times) {
    points.emplace_back();
    for (const auto& updates : log.updates) points.back().push_back(until(updates, time));
  }
  return points;
}

void add_qualities(const std::vector<Quality>& qualities, const TrainOptions& options,
                   Trained& trained) {
  LossCurve& curve = trained.curve;
  for (const Quality& quality : qualities) {
    if (!std::isfinite(quality.loss)) {
      trained.diverged = true;
      break;
    }
    const std::size_t point = curve.loss.size();
    curve.loss.push_back(quality.loss);
    curve.accuracy.push_back(quality.accuracy);
    if (trained.time_to_target_s || !options.target_accuracy ||
        quality.accuracy < *options.target_accuracy)
      continue;
    trained.time_to_target_s = curve.time_s[point];
    trained.samples_to_target = curve.samples[point];
  }
  curve.time_s.resize(curve.loss.size());
  curve.samples.resize(curve.loss.size());
  curve.iterations.resize(curve.loss.size());
}

}  // namespace

Trained train(const Setup& costed, const Problem& computed, const TrainOptions& options,
              const sim::RunControl& control) {
  Trained trained;
  RunLog log;
  trained.simulated = simulate(
      costed, control, {.log = &log, .recording = options.recording, .causes = options.causes});
  if (!trained.simulated.outcome.finished()) return trained;
  std::vector<Picoseconds> times;
  for (int point = 0; point <= options.points; ++point)
    times.push_back(
        ceil_scaled(trained.simulated.makespan, static_cast<double>(point) / options.points));
  times.back() = trained.simulated.makespan;
  for (const Picoseconds time : times) add_progress(costed, log, time, trained.curve);
  UpdatesByRank totals;
  for (const auto& updates : log.updates)
    totals.push_back(static_cast<std::int64_t>(updates.size()));
  ModelPoints points(computed, updates_at(log, times), totals);
  const Order& order = options.replay != nullptr ? *options.replay : log.order;
  trained.numbers = run_dataflow(computed, order, &points, options.threads, control.stop,
                                 options.keep_parameters);
  if (trained.numbers.finished) add_qualities(points.qualities(), options, trained);
  return trained;
}

}  // namespace lockstep::models
