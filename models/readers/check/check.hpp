// One run three ways, on one machine: closed form, simulation, and training for real; and how far
// they are apart.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <vector>

#include "models/readers/execute/execute.hpp"
#include "models/readers/train/train.hpp"

namespace lockstep::models {

enum class Agreement : std::uint8_t {
  equal,
  within_bound,  // counts of which the closed form promises no more
  differs,
  unknown,  // parameters of a run whose races are on no record
};
[[nodiscard]] std::string_view name_of(Agreement agreement);  // "within bound"

struct Checked {
  bool finished = false;
  ClosedForm form;
  Simulated simulated;
  Executed executed;            // the middle one of all, by its time at the speed of calibration
  double speed = 1;             // of the machine meanwhile; 1: as when it was calibrated
  std::vector<double> walls_s;  // of all, ascending
  Agreement counts = Agreement::equal;      // FLOPs, bytes, messages: form, simulation, execution
  Agreement parameters = Agreement::equal;  // bit for bit, of `train` and the real run
  std::string reason;                       // of the gap in time, in words; empty if it is small

  [[nodiscard]] double measured_s() const { return executed.wall_s; }
  [[nodiscard]] double predicted_s() const { return simulated.makespan.seconds(); }
  // What it would have taken at the speed that predictions are of.
  [[nodiscard]] double comparable_s() const { return measured_s() * speed; }
  // (predicted - comparable) / comparable
  [[nodiscard]] double time_error() const { return predicted_s() / comparable_s() - 1; }
  [[nodiscard]] bool same() const {
    return counts != Agreement::differs && parameters != Agreement::differs;
  }
};

// A real run, and how fast the machine was before and after it, against its calibration.
struct RealRun {
  Executed executed;
  double speed = 1;
};

struct CheckOptions {
  int threads = 1;  // for numbers in simulated time
  const std::atomic<bool>* stop = nullptr;
};

// `problem.setup` is on the machine that this runs on; `runs`, at least one, are its real runs.
// Those that depend on the order of arrivals, asynchronous ones and sums on a server, are carried
// out in simulated time in the order that the middle one recorded.
[[nodiscard]] Checked check_run(const Problem& problem, std::vector<RealRun> runs,
                                const CheckOptions& options);

// Spearman's, with ranks shared by equal values; 1 for less than two values.
[[nodiscard]] double rank_correlation(std::span<const double> a, std::span<const double> b);

// How many pairs are in another order in `predicted`, of those that `measured` tells apart by more
// than `margin` (0.15: one takes 15 % longer).
struct OrderKept {
  int pairs = 0;
  int swapped = 0;
};
[[nodiscard]] OrderKept order_kept(std::span<const double> measured,
                                   std::span<const double> predicted, double margin);

}  // namespace lockstep::models
