// Compares one run on one machine in three ways: closed form, simulation, and training for real.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/readers/execute/execute.hpp"
#include "models/readers/train/train.hpp"

namespace lockstep::models {

enum class Agreement : std::uint8_t {
  equal,
  within_bound,  // the closed form promises no more of these counts
  differs,
  unknown,  // parameters of a run whose races were not recorded
};
[[nodiscard]] std::string_view name_of(Agreement agreement);  // "within bound"

struct Checked {
  bool finished = false;
  ClosedForm form;
  Simulated simulated;
  Executed executed;            // the median run, by its time at the speed of calibration
  double speed = 1;             // of the machine during the run; 1: as when it was calibrated
  std::vector<double> walls_s;  // of all real runs, ascending
  // What the machine itself adds or takes away: half the range of the real runs' comparable times,
  // relative to the median; 0 with one run.
  double noise = 0;
  Agreement counts = Agreement::equal;      // FLOPs, bytes, messages: form, simulation, execution
  Agreement parameters = Agreement::equal;  // bit for bit, of `train` and the real run
  // Of the training in simulated time: when the accuracy that is aimed at was reached, if it was.
  std::optional<double> time_to_target_s;
  std::string reason;  // for the gap in time, in words; empty if it is small

  [[nodiscard]] double measured_s() const { return executed.wall_s; }
  [[nodiscard]] double predicted_s() const { return simulated.makespan.seconds(); }
  // Returns the time that the real run would have taken at the speed for which times are predicted.
  [[nodiscard]] double comparable_s() const { return measured_s() * speed; }
  // (predicted - comparable) / comparable
  [[nodiscard]] double time_error() const { return predicted_s() / comparable_s() - 1; }
  // Returns by how much the error exceeds the noise; 0 if it does not.
  [[nodiscard]] double beyond_noise() const {
    return std::max(0.0, std::abs(time_error()) - noise);
  }
  [[nodiscard]] bool same() const {
    return counts != Agreement::differs && parameters != Agreement::differs;
  }
};

// A real run, and how fast the machine was before and after it, relative to its calibration.
struct RealRun {
  Executed executed;
  double speed = 1;
};

struct CheckOptions {
  int threads = 1;  // for numbers in simulated time
  std::optional<double> target_accuracy;
  const std::atomic<bool>* stop = nullptr;
};

// Compares `runs`, at least one real run of `problem`, with its closed form and simulation.
// `problem.setup` is on the machine that this runs on. If the result depends on the order of
// arrivals (asynchronous runs, sums on a server), training in simulated time follows the order that
// the median run recorded.
[[nodiscard]] Checked check_run(const Problem& problem, std::vector<RealRun> runs,
                                const CheckOptions& options);

// Returns Spearman's rank correlation, with ranks shared by equal values; 1 for fewer than two
// values.
[[nodiscard]] double rank_correlation(std::span<const double> a, std::span<const double> b);

// Counts the pairs that `measured` tells apart by more than `margin` (0.15: one takes 15 % longer),
// and how many of these `predicted` puts in the other order.
struct OrderKept {
  int pairs = 0;
  int swapped = 0;
};
[[nodiscard]] OrderKept order_kept(std::span<const double> measured,
                                   std::span<const double> predicted, double margin);

}  // namespace lockstep::models
