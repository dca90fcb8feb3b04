#include "models/readers/train/train.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/under_failures.hpp"
#include "models/readers/train/elastic_training.hpp"
#include "models/readers/train/updates_until.hpp"

namespace lockstep::models {

namespace {

// Iterations of one rank that have ended: the next has begun, or all is over.
std::int64_t ended_until(const RunLog& log, Rank rank, Picoseconds time) {
  const auto index = static_cast<std::size_t>(rank);
  const std::int64_t begun = until(log.iterations[index], time);
  return log.ends[index] <= time ? begun : std::max<std::int64_t>(begun - 1, 0);
}

// A point of the curve: its time, and where on the log's clock the model of that time is.
struct Point {
  double time_s = 0;
  Picoseconds logged;
};

std::vector<Point> points_of(const Trained& trained, const DisturbedCourse& course, int count) {
  std::vector<Point> points;
  const Picoseconds end =
      trained.goodput ? nearest_seconds(trained.goodput->wall_s) : trained.simulated.makespan;
  for (int i = 0; i <= count; ++i) {
    const Picoseconds time = ceil_scaled(end, static_cast<double>(i) / count);
    const double time_s = i == count ? end.seconds() : time.seconds();
    const bool goes_back = !course.stretches.empty();
    points.push_back(
        {time_s, goes_back ? nearest_seconds(work_at_s(course.stretches, time_s)) : time});
  }
  points.back().logged = longest_run;
  return points;
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
  curve.iterations.push_back(each_its_own ? all : least);
  curve.samples.push_back(each_its_own ? samples : least * setup.global_batch);
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

// A run that has gone back to a checkpoint comes to the same model again, which is computed once.
std::vector<Quality> train_once(const Setup& costed, const Problem& computed, const RunLog& log,
                                const std::vector<Point>& points, const TrainOptions& options,
                                const sim::RunControl& control, Trained& trained) {
  std::map<Picoseconds, std::size_t> places;  // among the models
  for (const Point& point : points) places[point.logged];
  std::vector<UpdatesByRank> updates;
  for (auto& [time, place] : places) {
    place = updates.size();
    updates.push_back(updates_until(log, time));
  }
  const UpdatesByRank all = all_updates(log);
  std::size_t all_in_sum = all.size();  // each begins with one that is none
  for (const auto of_rank : all) all_in_sum += static_cast<std::size_t>(of_rank);
  std::atomic<std::size_t> done = 0;
  const auto updated = [&] { options.progress(++done, all_in_sum); };
  ModelPoints models(computed, std::move(updates), all);
  const Order& order = options.replay != nullptr ? *options.replay : log.order;
  trained.numbers = run_dataflow(computed, order, &models,
                                 {.threads = options.threads,
                                  .stop = control.stop,
                                  .keep_parameters = options.keep_parameters,
                                  .updated = options.progress ? updated : std::function<void()>()});
  std::vector<Quality> qualities;
  for (const Point& point : points) {
    add_progress(costed, log, point.logged, trained.curve);
    if (trained.numbers.finished) qualities.push_back(models.qualities()[places[point.logged]]);
  }
  return qualities;
}

}  // namespace

bool can_train_elastically(const Setup& setup) {
  // Else steps are of a worker's own mini-batch, and models differ.
  return setup.algorithm->samples_of_gradient != mini_batch_of_a_worker;
}

Trained train(const Setup& costed, const Problem& computed, const TrainOptions& options,
              const sim::RunControl& control) {
  Trained trained;
  RunLog log;
  trained.simulated = simulate(
      costed, control, {.log = &log, .recording = options.recording, .causes = options.causes});
  if (!trained.simulated.outcome.finished()) return trained;
  DisturbedCourse course;
  if (options.failures) {
    const UnderFailures disturbed = under_failures(costed, trained.simulated, *options.failures,
                                                   options.checkpointing, control, &course);
    trained.simulated.outcome = disturbed.outcome;
    trained.goodput = disturbed.goodput;
    if (!disturbed.outcome.finished() || !std::isfinite(disturbed.goodput.wall_s)) return trained;
    if (!course.log.updates.empty()) log = std::move(course.log);
  }
  const std::vector<Point> points = points_of(trained, course, options.points);
  for (const Point& point : points) trained.curve.time_s.push_back(point.time_s);
  const std::vector<Quality> qualities =
      course.groups.empty() ? train_once(costed, computed, log, points, options, control, trained)
                            : train_elastically(costed, computed, course.groups,
                                                trained.curve.time_s, options, control, trained);
  if (trained.numbers.finished) add_qualities(qualities, options, trained);
  return trained;
}

}  // namespace lockstep::models
