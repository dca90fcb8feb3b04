#include "models/readers/simulate/goodput.hpp"

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/readers/simulate/outages.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

// The hosts that a run needs: those of its workers and of its dedicated servers.
int hosts_of(const Setup& setup) {
  return setup.placement == Placement::colocated ? setup.workers : setup.ranks();
}

// When hosts fail. Each has a stream of its own, so that no host's failures depend on how many
// others there are. Given failures of hosts that the run does not need are left out.
class FailureTimes {
 public:
  FailureTimes(const Setup& setup, const Failures& failures)
      : mean_s_(failures.mean_time_between_s), given_(failures.given) {
    std::erase_if(given_, [&](const GivenFailure& one) { return one.host >= hosts_of(setup); });
    for (int host = 0; host < hosts_of(setup); ++host) {
      streams_.emplace_back(setup.training.seed,
                            first_stream_of_failures + static_cast<std::uint64_t>(host));
      next_s_.push_back(0);
      draw(static_cast<std::size_t>(host), 0);
    }
  }

  [[nodiscard]] double next_s() const {
    const double given_s = passed_ < given_.size() ? given_[passed_].at_s : never_s;
    return std::min(given_s, next_s_[first()]);
  }
  // Notes that the next failure has happened; its host works again at `from_s`.
  void pass(double from_s) {
    const std::size_t host = first();
    if (passed_ < given_.size() && given_[passed_].at_s <= next_s_[host])
      ++passed_;
    else
      draw(host, from_s);
  }

 private:
  [[nodiscard]] std::size_t first() const {
    return static_cast<std::size_t>(std::ranges::min_element(next_s_) - next_s_.begin());
  }
  void draw(std::size_t host, double from_s) {
    next_s_[host] =
        std::isfinite(mean_s_) ? from_s - mean_s_ * std::log1p(-streams_[host].uniform()) : never_s;
  }

  double mean_s_;
  std::vector<GivenFailure> given_;
  std::size_t passed_ = 0;  // of the given ones
  std::vector<sim::RandomStream> streams_;
  std::vector<double> next_s_;
};

std::int64_t interval_of(const Checkpointing& checkpointing, double iteration_s,
                         double mean_time_between_s, std::int64_t iterations) {
  const auto of_seconds = [&](double seconds) {
    if (!(seconds < iteration_s * static_cast<double>(iterations))) return std::int64_t{0};
    return std::max<std::int64_t>(1, std::llround(seconds / iteration_s));
  };
  switch (checkpointing.interval) {
    case Checkpointing::Interval::none:
      return 0;
    case Checkpointing::Interval::iterations:
      return checkpointing.iterations;
    case Checkpointing::Interval::seconds:
      return of_seconds(checkpointing.seconds);
    case Checkpointing::Interval::young_daly:
      return of_seconds(daly_interval_s(checkpointing.write_s, mean_time_between_s));
  }
  return 0;
}

}  // namespace

double daly_interval_s(double write_s, double mean_time_between_s) {
  if (!std::isfinite(mean_time_between_s)) return mean_time_between_s;
  if (write_s >= 2 * mean_time_between_s) return mean_time_between_s;
  const double ratio = write_s / (2 * mean_time_between_s);
  return std::sqrt(2 * write_s * mean_time_between_s) * (1 + std::sqrt(ratio) / 3 + ratio / 9) -
         write_s;
}

double daly_wall_s(double work_s, double interval_s, double write_s, double restart_s,
                   double mean_time_between_s) {
  if (!std::isfinite(mean_time_between_s)) return mean_time_between_s;
  return mean_time_between_s * std::exp(restart_s / mean_time_between_s) *
         std::expm1((interval_s + write_s) / mean_time_between_s) * work_s / interval_s;
}

Count checkpoint_bytes(const Setup& setup) {
  const Count parameters = setup.mlp.parameters();
  return parameters * setup.mlp.precision.parameters + update_state_bytes(setup, parameters);
}

bool stops_with_a_worker(const Setup& setup) {
  const Algorithm& algorithm = *setup.algorithm;
  // Elastic averaging is asynchronous or not by an option.
  const auto communication = setup.options.all().find("communication");
  if (communication != setup.options.all().end() &&
      communication->second == OptionValue(std::string("sync")))
    return true;
  const bool gossips = std::ranges::any_of(algorithm.options, [](const OptionSpec& option) {
    return option.name == "graph" || option.name == "overlap_steps";
  });
  return !algorithm.asynchronous && !gossips;
}

namespace {

constexpr double longest_s = 1e15;  // writing or repairing for 30 million years

Goodput never_done(Goodput so_far) {
  so_far.wall_s = never_s;
  return so_far;
}

}  // namespace

double work_at_s(const std::vector<Stretch>& stretches, double wall_s) {
  const auto after = std::ranges::upper_bound(stretches, wall_s, {}, &Stretch::begin_s);
  if (after == stretches.begin()) return 0;
  const Stretch& stretch = *std::prev(after);
  return stretch.work_s + (stretch.gets_on ? std::min(wall_s, stretch.end_s) - stretch.begin_s : 0);
}

namespace {

// A training that stops whenever a worker fails and goes on from its last checkpoint.
class CheckpointedRun {
 public:
  CheckpointedRun(const Setup& setup, const Failures& failures, Goodput known, double iteration_s,
                  double fill_s, std::vector<Stretch>* stretches)
      : iteration_s_(iteration_s),
        repair_s_(failures.repair_s),
        fill_s_(fill_s),
        times_(setup, failures),
        stretches_(stretches),
        result_(known) {}

  [[nodiscard]] Goodput run(double write_s, double read_s) {
    const std::int64_t interval = result_.interval_iterations;
    while (saved_ < result_.iterations) {
      // From one checkpoint to the next, or to the end, which needs none.
      const std::int64_t next =
          interval > 0 ? std::min(saved_ + interval, result_.iterations) : result_.iterations;
      const double work_s = static_cast<double>(next - saved_) * iteration_s_;
      const double written_s = next < result_.iterations ? write_s : 0;
      if (times_.next_s() >= now_s_ + work_s + written_s)
        save(next, work_s, written_s);
      else if (!fail(work_s, saved_ > 0 ? read_s : 0))
        return never_done(result_);
    }
    result_.wall_s = result_.useful_s + result_.lost_s + result_.checkpoint_s + result_.restart_s;
    return result_;
  }

 private:
  // As many whole intervals as fit before the next failure, at least one.
  void save(std::int64_t next, double work_s, double write_s) {
    const std::int64_t interval = result_.interval_iterations;
    const double room = std::min((times_.next_s() - now_s_) / (work_s + write_s), 1e15);
    const std::int64_t whole = interval > 0 ? std::min((result_.iterations - next) / interval,
                                                       static_cast<std::int64_t>(room))
                                            : 0;
    const std::int64_t times = std::max<std::int64_t>(1, whole);
    for (std::int64_t i = 0; stretches_ != nullptr && i < times; ++i) {
      const double begin_s = now_s_ + static_cast<double>(i) * (work_s + write_s);
      const double done_s = static_cast<double>(saved_ + i * interval) * iteration_s_;
      stretches_->push_back({begin_s, begin_s + work_s, done_s, true});
      if (write_s > 0)
        stretches_->push_back(
            {begin_s + work_s, begin_s + work_s + write_s, done_s + work_s, false});
    }
    saved_ = next + interval * (times - 1);
    now_s_ += static_cast<double>(times) * (work_s + write_s);
    result_.useful_s += static_cast<double>(times) * work_s;
    result_.checkpoint_s += static_cast<double>(times) * write_s;
  }

  // Loses what has been done since the last checkpoint. Returns false if there are too many.
  [[nodiscard]] bool fail(double work_s, double read_s) {
    const double failed_s = times_.next_s();
    const double saved_s = static_cast<double>(saved_) * iteration_s_;
    if (stretches_ != nullptr) {
      const double worked_s = std::min(failed_s, now_s_ + work_s);
      stretches_->push_back({now_s_, worked_s, saved_s, true});
      if (worked_s < failed_s) stretches_->push_back({worked_s, failed_s, saved_s + work_s, false});
    }
    result_.lost_s += failed_s - now_s_;
    // The mean iteration has its share of the first filling.
    const double refill_s =
        fill_s_ * static_cast<double>(saved_) / static_cast<double>(result_.iterations);
    const double restart_s = repair_s_ + read_s + refill_s;
    double back_s = failed_s + restart_s;
    while (times_.next_s() <= back_s) {  // the first is the one that stopped the run
      ++result_.failures;
      back_s = times_.next_s() + restart_s;
      times_.pass(back_s);
      if (result_.failures > most_failures) return false;
    }
    result_.restart_s += back_s - failed_s;
    if (stretches_ != nullptr) stretches_->push_back({failed_s, back_s, saved_s, false});
    now_s_ = back_s;
    return true;
  }

  double iteration_s_;
  double repair_s_;
  double fill_s_;
  FailureTimes times_;
  std::vector<Stretch>* stretches_;
  Goodput result_;
  double now_s_ = 0;
  std::int64_t saved_ = 0;  // iterations
};

}  // namespace

Goodput goodput_of(const Setup& setup, double run_s, const Failures& failures,
                   Checkpointing checkpointing, double fill_s, std::vector<Stretch>* stretches) {
  if (!(run_s > 0)) return {};
  if (checkpointing.bytes_per_s > 0) {
    const double moved_s = to_double(checkpoint_bytes(setup)) / checkpointing.bytes_per_s;
    checkpointing.write_s += moved_s;
    checkpointing.read_s += moved_s;
  }
  const std::int64_t iterations = checkpointing.total_iterations > 0
                                      ? checkpointing.total_iterations
                                      : setup.training.iterations;
  const double iteration_s = run_s / static_cast<double>(setup.training.iterations);
  run_s = iteration_s * static_cast<double>(iterations);
  Goodput result;
  result.iterations = iterations;
  result.mean_time_between_s = failures.mean_time_between_s / hosts_of(setup);
  const std::int64_t interval =
      interval_of(checkpointing, iteration_s, result.mean_time_between_s, iterations);
  result.interval_iterations = interval;
  result.interval_s = static_cast<double>(interval) * iteration_s;
  if (interval > 0 && !(checkpointing.write_s < longest_s)) return never_done(result);
  const double read_s = interval > 0 ? checkpointing.read_s : 0;
  result.expected_wall_s = daly_wall_s(
      run_s, interval > 0 ? result.interval_s : run_s, interval > 0 ? checkpointing.write_s : 0,
      failures.repair_s + read_s + fill_s, result.mean_time_between_s);
  return CheckpointedRun(setup, failures, result, iteration_s, fill_s, stretches)
      .run(checkpointing.write_s, read_s);
}

Goodput goodput_beside_failures(const Setup& setup, double run_s, double wall_s,
                                const OutageLosses& losses, const Failures& failures) {
  const double hosts = hosts_of(setup);
  Goodput result;
  result.wall_s = wall_s;
  result.useful_s = std::min(run_s, wall_s);
  result.restart_s = std::min(losses.down_s / hosts, wall_s - result.useful_s);
  result.lost_s = wall_s - result.useful_s - result.restart_s;
  result.failures = losses.failures + losses.link_failures;
  result.iterations = setup.training.iterations;
  result.mean_time_between_s = failures.mean_time_between_s / hosts;
  result.expected_wall_s = never_s;
  return result;
}

}  // namespace lockstep::models
