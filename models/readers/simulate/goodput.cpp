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

Goodput goodput_of(const Setup& setup, double run_s, const Failures& failures,
                   Checkpointing checkpointing) {
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
  result.expected_wall_s = daly_wall_s(run_s, interval > 0 ? result.interval_s : run_s,
                                       interval > 0 ? checkpointing.write_s : 0,
                                       failures.repair_s + read_s, result.mean_time_between_s);
  FailureTimes times(setup, failures);
  double now_s = 0;
  std::int64_t saved = 0;
  while (saved < iterations) {
    // From one checkpoint to the next, or to the end, which needs none.
    const std::int64_t next = interval > 0 ? std::min(saved + interval, iterations) : iterations;
    const double work_s = static_cast<double>(next - saved) * iteration_s;
    const double write_s = next < iterations ? checkpointing.write_s : 0;
    const double end_s = now_s + work_s + write_s;
    if (times.next_s() >= end_s) {
      // As many whole intervals as fit before the failure.
      const double room = std::min((times.next_s() - now_s) / (work_s + write_s), 1e15);
      const std::int64_t whole =
          interval > 0 ? std::min((iterations - next) / interval, static_cast<std::int64_t>(room))
                       : 0;
      const auto times_done = static_cast<double>(std::max<std::int64_t>(1, whole));
      saved = next + interval * std::max<std::int64_t>(0, whole - 1);
      now_s += times_done * (work_s + write_s);
      result.useful_s += times_done * work_s;
      result.checkpoint_s += times_done * write_s;
      continue;
    }
    result.lost_s += times.next_s() - now_s;
    now_s = times.next_s();
    const double restart_s = failures.repair_s + (saved > 0 ? read_s : 0);
    double back_s = now_s + restart_s;
    while (times.next_s() <= back_s) {  // the first is the one that stopped the run
      ++result.failures;
      back_s = times.next_s() + restart_s;
      times.pass(back_s);
      if (result.failures > most_failures) return never_done(result);
    }
    result.restart_s += back_s - now_s;
    now_s = back_s;
  }
  result.wall_s = result.useful_s + result.lost_s + result.checkpoint_s + result.restart_s;
  return result;
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
