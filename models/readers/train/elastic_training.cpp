#include "models/readers/train/elastic_training.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "models/readers/simulate/run_log.hpp"
#include "models/readers/train/updates_until.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

Setup setup_of(Setup setup, const ElasticGroup& group) {
  setup.training.iterations = group.iterations;
  const int workers = static_cast<int>(group.hosts.size());
  if (workers == setup.workers) return setup;
  std::optional<Setup> fewer = with_fewer_workers(setup, workers);
  check(fewer.has_value(), "{} workers of {} cannot run", workers, setup.label);
  return std::move(*fewer);
}

class ElasticTraining {
 public:
  ElasticTraining(const Setup& costed, const Problem& computed, const TrainOptions& options,
                  const sim::RunControl& control, Trained& trained)
      : costed_(&costed),
        first_(&computed),
        options_(&options),
        control_(&control),
        trained_(&trained),
        start_(computed.start) {
    trained.numbers.finished = true;
  }

  // Adds the points of the curve that are `times_s` after the group's begin, and trains it.
  void train(const ElasticGroup& group, const std::vector<double>& times_s) {
    if (group.anew) begin_anew();
    std::vector<std::int64_t> done;
    for (const double time_s : times_s) done.push_back(iterations_until(group, time_s));
    for (const std::int64_t iterations : done) add_progress(group, iterations);
    if (group.iterations > 0) return train(group, done);
    for (std::size_t i = 0; i < done.size(); ++i) qualities_.push_back(evaluate(*first_, start_));
  }

  [[nodiscard]] std::vector<Quality> qualities() { return std::move(qualities_); }

 private:
  static std::int64_t iterations_until(const ElasticGroup& group, double time_s) {
    if (group.iterations == 0) return 0;
    const double done = std::floor(time_s / group.iteration_s);
    return static_cast<std::int64_t>(std::clamp(done, 0.0, static_cast<double>(group.iterations)));
  }

  void begin_anew() {
    start_ = first_->start;
    memory_.clear();
    iterations_ = 0;
    samples_ = 0;
  }

  [[nodiscard]] std::int64_t samples_of(const ElasticGroup& group, std::int64_t iterations) const {
    return iterations * static_cast<std::int64_t>(group.hosts.size()) *
           first_->setup->batch_per_worker;
  }

  void add_progress(const ElasticGroup& group, std::int64_t iterations) {
    LossCurve& curve = trained_->curve;
    curve.iterations.push_back(iterations_ +
                               iterations * static_cast<std::int64_t>(group.hosts.size()));
    curve.samples.push_back(samples_ + samples_of(group, iterations));
  }

  void train(const ElasticGroup& group, const std::vector<std::int64_t>& done) {
    RunLog log;
    const Setup costed = setup_of(*costed_, group);
    const Simulated simulated = simulate(costed, *control_, {.log = &log});
    const Setup computed = setup_of(*first_->setup, group);
    Problem problem = *first_;
    problem.setup = &computed;
    problem.start = start_;
    problem.first_sample = samples_;
    std::vector<UpdatesByRank> updates;
    for (const std::int64_t iterations : done) updates.push_back(updates_after(log, iterations));
    ModelPoints points(problem, std::move(updates), all_updates(log));
    DataflowResult result;
    if (simulated.outcome.finished())
      result = run_dataflow(problem, log.order, &points,
                            {.threads = options_->threads,
                             .stop = control_->stop,
                             .keep_parameters = options_->keep_parameters,
                             .keep_memory = true,
                             .checkpoint = checkpoint_of(group)});
    if (result.finished) {
      qualities_.insert(qualities_.end(), points.qualities().begin(), points.qualities().end());
      take_over(group, result);
    }
    add(std::move(result));
  }

  // A worker that joins takes over what another has.
  [[nodiscard]] std::vector<RankMemory> checkpoint_of(const ElasticGroup& group) const {
    std::vector<RankMemory> checkpoint;
    if (memory_.empty()) return checkpoint;
    for (const topologies::HostIndex host : group.hosts) {
      const auto own = memory_.find(host);
      checkpoint.push_back((own != memory_.end() ? own : memory_.begin())->second);
    }
    return checkpoint;
  }

  void take_over(const ElasticGroup& group, DataflowResult& result) {
    memory_.clear();
    for (std::size_t rank = 0; rank < group.hosts.size(); ++rank)
      memory_[group.hosts[rank]] = std::move(result.memory[rank]);
    start_ = result.model.parameters;
    iterations_ += group.iterations * static_cast<std::int64_t>(group.hosts.size());
    samples_ += samples_of(group, group.iterations);
  }

  void add(DataflowResult result) {
    DataflowResult& all = trained_->numbers;
    all.finished = all.finished && result.finished;
    all.waiting.insert(all.waiting.end(), result.waiting.begin(), result.waiting.end());
    for (const ComputeKind kind : compute_kinds) all.flops[kind] += result.flops[kind];
    all.bytes += result.bytes;
    all.messages += result.messages;
    all.loss_sum += result.loss_sum;
    all.loss_samples += result.loss_samples;
    all.parameters = std::move(result.parameters);
    all.model = std::move(result.model);
  }

  const Setup* costed_;
  const Problem* first_;
  const TrainOptions* options_;
  const sim::RunControl* control_;
  Trained* trained_;
  std::vector<Quality> qualities_;
  std::vector<float> start_;  // the model that the next group begins with
  std::map<topologies::HostIndex, RankMemory> memory_;
  std::int64_t iterations_ = 0;  // by all workers together
  std::int64_t samples_ = 0;
};

}  // namespace

std::vector<Quality> train_elastically(const Setup& costed, const Problem& computed,
                                       const std::vector<ElasticGroup>& groups,
                                       const std::vector<double>& times_s,
                                       const TrainOptions& options, const sim::RunControl& control,
                                       Trained& trained) {
  ElasticTraining training(costed, computed, options, control, trained);
  auto next = times_s.begin();
  for (std::size_t i = 0; i < groups.size() && trained.numbers.finished; ++i) {
    const bool is_last = i + 1 == groups.size();
    std::vector<double> within_s;
    for (; next != times_s.end() && (is_last || *next < groups[i + 1].begin_s); ++next)
      within_s.push_back(*next - groups[i].begin_s);
    // The end is the end, however the last iterations' times were rounded.
    if (is_last && !within_s.empty()) within_s.back() = never_s;
    training.train(groups[i], within_s);
  }
  return training.qualities();
}

}  // namespace lockstep::models
