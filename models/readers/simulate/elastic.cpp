#include "models/readers/simulate/elastic.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/outages.hpp"

namespace lockstep::models {

bool can_be_elastic(const Setup& setup) {
  return stops_with_a_worker(setup) && setup.algorithm->family == Family::data_parallel &&
         setup.algorithm->own_ranges == nullptr && setup.servers == 0 && setup.batches.empty() &&
         setup.workers > 1;
}

std::optional<Setup> with_fewer_workers(const Setup& setup, int workers) {
  Cluster cluster = setup.cluster;
  topologies::Topology fewer = *cluster.topology;
  fewer.hosts.resize(static_cast<std::size_t>(workers));
  cluster.topology = std::make_shared<const topologies::Topology>(std::move(fewer));
  if (cluster.devices.size() > 1) cluster.devices.resize(static_cast<std::size_t>(workers));
  cluster.background.clear();  // its ends may be gone
  Training training = setup.training;
  training.batch_is_global = false;
  training.batch = setup.batch_per_worker;
  Result<Setup> made =
      make_setup(setup.mlp, training, cluster,
                 {setup.algorithm, setup.label, setup.options, setup.pointer, setup.partition});
  if (!made.ok()) return std::nullopt;
  return std::move(*made);
}

namespace {

class ElasticRun {
 public:
  ElasticRun(const Setup& setup, const Failures& failures, std::int64_t iterations,
             const std::function<std::optional<double>(int)>& iteration_s,
             std::vector<ElasticGroup>* groups)
      : failures_(&failures),
        iteration_s_(&iteration_s),
        groups_(groups),
        up_(setup.workers),
        left_(static_cast<double>(iterations) * setup.workers),
        all_(left_),
        back_s_(static_cast<std::size_t>(setup.workers)),
        clocks_(clocks_of_hosts(setup.training.seed, failures, setup.workers)) {
    begin_group(false);
  }

  // Returns the wall clock's time; infinite if the training never ends.
  [[nodiscard]] double run() {
    while (left_ > 0 && failed_ <= most_failures) {
      const std::optional<double> one_s = up_ > 0 ? (*iteration_s_)(up_) : std::nullopt;
      if (!one_s) {
        wait_for_repair();
        continue;
      }
      const double event_s = std::min(next_failure_s(), next_repair_s());
      const double needed = std::ceil(left_ / up_);
      const double whole = std::floor(std::max(0.0, event_s - now_s_) / *one_s);
      get_on(std::min(needed, whole), *one_s);
      if (left_ <= 0) break;
      if (next_failure_s() <= std::max(event_s, now_s_ + *one_s))
        fail();
      else
        finish_and_join(*one_s);
    }
    return failed_ > most_failures ? never_s : now_s_;
  }
  [[nodiscard]] std::int64_t failed() const { return failed_; }
  [[nodiscard]] double restart_s() const { return restart_s_; }

 private:
  [[nodiscard]] bool is_up(std::size_t host) const { return !back_s_[host]; }
  [[nodiscard]] double next_failure_s() const {
    double next_s = never_s;
    for (std::size_t host = 0; host < clocks_.size(); ++host)
      if (is_up(host) && clocks_[host].next() < longest_run)
        next_s = std::min(next_s, clocks_[host].next().seconds());
    return next_s;
  }
  [[nodiscard]] double next_repair_s() const {
    double next_s = never_s;
    for (const std::optional<double>& back_s : back_s_)
      if (back_s) next_s = std::min(next_s, *back_s);
    return next_s;
  }

  // The first of those that are up.
  void fail() {
    std::size_t first = clocks_.size();
    for (std::size_t host = 0; host < clocks_.size(); ++host)
      if (is_up(host) && (first == clocks_.size() || clocks_[host].next() < clocks_[first].next()))
        first = host;
    const double failed_s = clocks_[first].next().seconds();
    back_s_[first] = failed_s + failures_->repair_s;
    clocks_[first].repaired(nearest_seconds(*back_s_[first]));
    ++failed_;
    --up_;
    now_s_ = std::max(now_s_, failed_s);
    if (up_ == 0) left_ = all_;
    reconfigure(up_ == 0);
  }
  void finish_and_join(double one_s) {
    if (next_repair_s() > now_s_) get_on(1, one_s);
    join();
  }
  void wait_for_repair() {
    restart_s_ += std::max(0.0, next_repair_s() - now_s_);
    now_s_ = std::max(now_s_, next_repair_s());
    join();
  }
  void join() {
    for (std::optional<double>& back_s : back_s_)
      if (back_s && *back_s <= now_s_) {
        back_s.reset();
        ++up_;
      }
    reconfigure(false);
  }
  void reconfigure(bool anew) {
    now_s_ += failures_->reconfigure_s;
    restart_s_ += failures_->reconfigure_s;
    begin_group(anew);
  }
  void begin_group(bool anew) {
    if (groups_ == nullptr) return;
    groups_->push_back({now_s_, {}, 0, 0, anew});
    for (std::size_t host = 0; host < back_s_.size(); ++host)
      if (is_up(host)) groups_->back().hosts.push_back(static_cast<topologies::HostIndex>(host));
  }
  void get_on(double iterations, double one_s) {
    now_s_ += iterations * one_s;
    left_ -= iterations * up_;
    if (groups_ == nullptr) return;
    groups_->back().iteration_s = one_s;
    groups_->back().iterations += static_cast<std::int64_t>(iterations);
  }

  const Failures* failures_;
  const std::function<std::optional<double>(int)>* iteration_s_;
  std::vector<ElasticGroup>* groups_;
  int up_;       // workers
  double left_;  // mini-batches of a worker
  double all_;
  std::vector<std::optional<double>> back_s_;  // by host: when it is repaired; none: it is up
  std::vector<FailureClock> clocks_;
  double now_s_ = 0;
  double restart_s_ = 0;
  std::int64_t failed_ = 0;
};

}  // namespace

Goodput elastic_goodput(const Setup& setup, const Failures& failures,
                        const Checkpointing& checkpointing,
                        const std::function<std::optional<double>(int)>& iteration_s,
                        std::vector<ElasticGroup>* groups) {
  Goodput result;
  result.iterations = checkpointing.total_iterations > 0 ? checkpointing.total_iterations
                                                         : setup.training.iterations;
  result.mean_time_between_s = failures.mean_time_between_s / setup.workers;
  result.expected_wall_s = never_s;
  ElasticRun run(setup, failures, result.iterations, iteration_s, groups);
  result.wall_s = run.run();
  result.failures = run.failed();
  if (!std::isfinite(result.wall_s)) return result;
  result.restart_s = run.restart_s();
  const double undisturbed_s =
      static_cast<double>(result.iterations) * iteration_s(setup.workers).value_or(0);
  result.useful_s = std::min(undisturbed_s, result.wall_s - result.restart_s);
  result.lost_s = result.wall_s - result.restart_s - result.useful_s;
  return result;
}

}  // namespace lockstep::models
