#include "models/readers/simulate/under_failures.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/outages.hpp"

namespace lockstep::models {

namespace {

class Disturbed {
 public:
  Disturbed(const Setup& setup, const Simulated& without, const Failures& failures,
            const Checkpointing& checkpointing, const sim::RunControl& control,
            DisturbedCourse* course)
      : setup_(&setup),
        outages_{failures, !stops_with_a_worker(setup)},
        checkpointing_(checkpointing),
        control_(&control),
        course_(course),
        run_s_(without.makespan.seconds()) {
    if (course_ != nullptr) checkpointing_.total_iterations = 0;
  }

  [[nodiscard]] UnderFailures result() {
    result_.outcome.kind = sim::Outcome::Kind::finished;
    double beside_s = run_s_;
    if (outages_.any()) {
      const Simulated beside = simulate(*setup_, *control_, {.log = log()}, &outages_);
      losses_ = beside.losses;
      if (beside.outcome.kind == sim::Outcome::Kind::too_long) return never();
      result_.outcome = beside.outcome;
      if (!beside.outcome.finished()) return result_;
      beside_s = beside.makespan.seconds();
    }
    if (outages_.failures.elastic && can_be_elastic(*setup_))
      go_on_elastically(beside_s);
    else if (outages_.of_hosts)
      result_.goodput =
          goodput_beside_failures(*setup_, run_s_, beside_s, losses_, outages_.failures);
    else
      go_back_to_checkpoints(beside_s);
    return result_;
  }

 private:
  [[nodiscard]] RunLog* log() const { return course_ != nullptr ? &course_->log : nullptr; }

  UnderFailures never() {
    result_.goodput = {.wall_s = never_s, .failures = losses_.failures + losses_.link_failures};
    return result_;
  }

  // Waiting for links is lost. Random failures go on at the same rate in a longer training.
  void go_back_to_checkpoints(double beside_s) {
    const std::int64_t own = setup_->training.iterations;
    const std::int64_t total =
        checkpointing_.total_iterations > 0 ? checkpointing_.total_iterations : own;
    const bool again = total == own || outages_.failures.given_links.empty();
    result_.goodput =
        goodput_of(*setup_, again ? beside_s : run_s_, outages_.failures, checkpointing_,
                   fill_s(beside_s), course_ != nullptr ? &course_->stretches : nullptr);
    Goodput& goodput = result_.goodput;
    const double waited_s =
        again ? (beside_s - run_s_) * static_cast<double>(total) / static_cast<double>(own)
              : beside_s - run_s_;
    goodput.lost_s += waited_s;
    if (again)
      goodput.useful_s -= waited_s;
    else
      goodput.wall_s += waited_s;
    goodput.failures += losses_.link_failures;
  }

  // Of `beside_s`, what a pipeline that is never flushed takes until it is full: one mini-batch
  // takes that and its share of the rest.
  [[nodiscard]] double fill_s(double beside_s) {
    const auto iterations = static_cast<double>(setup_->training.iterations);
    if (!setup_->algorithm->unflushed || setup_->training.iterations < 2) return 0;
    Setup one = *setup_;
    one.training.iterations = 1;
    const Simulated simulated = simulate(one, *control_);
    if (!simulated.outcome.finished()) return 0;
    const double one_s = simulated.makespan.seconds();
    return std::max(0.0, (iterations * one_s - beside_s) / (iterations - 1));
  }

  // Each number of workers is simulated once.
  void go_on_elastically(double beside_s) {
    std::map<int, std::optional<double>> known;
    known[setup_->workers] = beside_s / static_cast<double>(setup_->training.iterations);
    const auto iteration_s = [&](int workers) {
      const auto [found, is_new] = known.try_emplace(workers);
      const auto fewer = is_new ? with_fewer_workers(*setup_, workers) : std::nullopt;
      if (!fewer) return found->second;
      const Simulated simulated = simulate(*fewer, *control_);
      if (simulated.outcome.finished())
        found->second =
            simulated.makespan.seconds() / static_cast<double>(fewer->training.iterations);
      else
        result_.outcome = simulated.outcome;
      return found->second;
    };
    result_.goodput = elastic_goodput(*setup_, outages_.failures, checkpointing_, iteration_s,
                                      course_ != nullptr ? &course_->groups : nullptr);
  }

  const Setup* setup_;
  Outages outages_;
  Checkpointing checkpointing_;
  const sim::RunControl* control_;
  DisturbedCourse* course_;
  double run_s_;
  OutageLosses losses_;
  UnderFailures result_;
};

}  // namespace

UnderFailures under_failures(const Setup& setup, const Simulated& without, const Failures& failures,
                             const Checkpointing& checkpointing, const sim::RunControl& control,
                             DisturbedCourse* course) {
  return Disturbed(setup, without, failures, checkpointing, control, course).result();
}

}  // namespace lockstep::models
