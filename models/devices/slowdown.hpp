// Random factors on compute times, for workers that are not as steady as their devices.
//
// Each worker draws from a stream of its own (seed, rank), so that no worker's draws depend on
// another's, or on the order in which they compute.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/random_stream.hpp"

namespace lockstep::models {

// Factors that were observed: a row for each iteration, or operation, with a factor for each
// worker. After the last row they begin again; with fewer columns than workers, so do these.
using FactorTrace = std::vector<std::vector<double>>;

struct Slowdown {
  // How long a drawn factor holds.
  enum class Per : std::uint8_t { operation, iteration, worker };
  enum class Distribution : std::uint8_t {
    constant,
    exponential,
    lognormal,
    pareto,
    uniform,
    gamma,
    trace,  // no distribution: what was observed
  };

  Per per = Per::iteration;
  Distribution distribution = Distribution::constant;
  double mean = 1;   // of the factor, above 0
  double sigma = 1;  // lognormal: standard deviation of the factor's logarithm, above 0
  double shape = 2;  // pareto: exponent of the tail, above 1; gamma: its shape, above 0
  double width = 1;  // uniform: from mean (1 - width) to mean (1 + width), above 0, at most 1
  std::shared_ptr<const FactorTrace> factors = nullptr;  // trace: at least one row, equally long

  [[nodiscard]] bool random() const { return distribution != Distribution::constant; }

  // Returns the factor below which the fraction `probability`, in [0, 1), of all draws falls; not
  // of a trace.
  [[nodiscard]] double quantile(double probability) const;

  // Returns the expected `rank`-th smallest of `draws` independent factors; rank = draws is the
  // largest. Exponential factors: (H_n - H_(n-k)) times the mean (Chen et al., arXiv:1604.00981,
  // for the wait for the first k of n workers); others: the integral over the beta-distributed
  // quantile. Of a trace it is the mean over its rows.
  [[nodiscard]] double expected_order_statistic(int rank, int draws) const;

  friend bool operator==(const Slowdown&, const Slowdown&) = default;
};

// The factors of one worker.
class SlowdownStream {
 public:
  SlowdownStream(const Slowdown& slowdown, std::uint64_t seed, std::int32_t rank)
      : slowdown_(slowdown),
        column_(static_cast<std::size_t>(rank)),
        stream_(seed, static_cast<std::uint64_t>(rank)),
        factor_(draw()) {}

  void begin_iteration() {
    if (slowdown_.per == Slowdown::Per::iteration) factor_ = draw();
  }
  // The factor of the next operation.
  [[nodiscard]] double next() {
    if (slowdown_.per == Slowdown::Per::operation) factor_ = draw();
    return factor_;
  }

 private:
  // The first draw is the factor before the first iteration, or operation: that of the first row,
  // as the second draw is.
  [[nodiscard]] double draw() {
    if (slowdown_.factors == nullptr) return slowdown_.quantile(stream_.uniform());
    const FactorTrace& rows = *slowdown_.factors;
    const std::vector<double>& row = rows[row_ == 0 ? 0 : (row_ - 1) % rows.size()];
    ++row_;
    return row[column_ % row.size()];
  }

  Slowdown slowdown_;
  std::size_t column_;
  std::size_t row_ = 0;  // one more than the next row of a trace
  sim::RandomStream stream_;
  double factor_;
};

}  // namespace lockstep::models
