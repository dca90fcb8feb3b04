#include "models/devices/slowdown.hpp"

#include <algorithm>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/pareto.hpp>
#include <cmath>
#include <utility>

namespace lockstep::models {

namespace {

namespace math = boost::math;

constexpr double pi = 3.141592653589793;

// Out-of-range results come back as infinities or zeros, not as exceptions.
using Quiet = math::policies::policy<math::policies::domain_error<math::policies::ignore_error>,
                                     math::policies::overflow_error<math::policies::ignore_error>,
                                     math::policies::evaluation_error<math::policies::ignore_error>,
                                     math::policies::pole_error<math::policies::ignore_error>,
                                     math::policies::promote_double<false>>;

// The factor above which the fraction `upper` of all draws falls: exact in the far tail.
double upper_quantile(const Slowdown& slowdown, double upper) {
  switch (slowdown.distribution) {
    case Slowdown::Distribution::constant:
      break;
    case Slowdown::Distribution::exponential:
      return math::quantile(math::complement(
          math::exponential_distribution<double, Quiet>(1 / slowdown.mean), upper));
    case Slowdown::Distribution::lognormal: {
      const double location = std::log(slowdown.mean) - slowdown.sigma * slowdown.sigma / 2;
      return math::quantile(math::complement(
          math::lognormal_distribution<double, Quiet>(location, slowdown.sigma), upper));
    }
    case Slowdown::Distribution::uniform:
      return slowdown.mean * (1 + slowdown.width * (1 - 2 * upper));
    case Slowdown::Distribution::gamma:
      return math::quantile(math::complement(
          math::gamma_distribution<double, Quiet>(slowdown.shape, slowdown.mean / slowdown.shape),
          upper));
    case Slowdown::Distribution::trace:
      break;
    case Slowdown::Distribution::pareto: {
      const double least = slowdown.mean * (slowdown.shape - 1) / slowdown.shape;
      return math::quantile(
          math::complement(math::pareto_distribution<double, Quiet>(least, slowdown.shape), upper));
    }
  }
  return slowdown.mean;
}

}  // namespace

double Slowdown::quantile(double probability) const {
  return upper_quantile(*this, 1 - probability);
}

namespace {

// The mean over the rows of the rank-th smallest of the workers' factors.
double mean_order_statistic(const FactorTrace& rows, int rank, int draws) {
  double sum = 0;
  std::vector<double> factors(static_cast<std::size_t>(draws));
  for (const std::vector<double>& row : rows) {
    for (std::size_t worker = 0; worker < factors.size(); ++worker)
      factors[worker] = row[worker % row.size()];
    std::ranges::nth_element(factors, factors.begin() + (rank - 1));
    sum += factors[static_cast<std::size_t>(rank - 1)];
  }
  return sum / static_cast<double>(rows.size());
}

// x^power as a logarithm, where x^0 is 1 at 0, too.
double log_of_power(double x, double power) { return power > 0 ? power * std::log(x) : 0; }

// The density of the rank-th smallest of some uniform draws is in proportion to
// lower^(rank - 1) upper^(draws - rank), where these are the distances to both ends; here it is 1
// at its mode.
class OrderDensity {
 public:
  OrderDensity(int rank, int draws) : below_(rank - 1), above_(draws - rank) {
    const double others = std::max(1.0, below_ + above_);
    log_at_mode_ = log_of(below_ / others, above_ / others);
  }
  [[nodiscard]] double operator()(double lower, double upper) const {
    return std::exp(log_of(lower, upper) - log_at_mode_);
  }

 private:
  [[nodiscard]] double log_of(double lower, double upper) const {
    return log_of_power(lower, below_) + log_of_power(upper, above_);
  }

  double below_;
  double above_;
  double log_at_mode_ = 0;
};

// The mean of `quantity(upper)` under a density of (lower, upper), the distances to both ends of
// the range from 0 to 1: by the double exponential substitution (Takahasi and Mori, 1974), with
// which the quantity may grow towards the ends,
//
//   lower = 1 / (1 + e^-2s),  s = pi / 2 sinh(t),  d lower / dt = pi cosh(t) lower upper,
//
// and trapezoids in t on both sides of `begin`, twice as many until that changes nothing.
template <class Density, class Quantity>
class MeanUnder {
 public:
  MeanUnder(const Density& density, const Quantity& quantity, double begin)
      : density_(density), quantity_(quantity), begin_(begin) {}

  // `step` must not be longer than the density is wide.
  [[nodiscard]] double mean(double step) {
    constexpr int most_halvings = 10;
    constexpr double tolerance = 1e-13;
    (void)add(begin_);
    add_both_sides(step, step);
    double mean = 0;
    for (int halving = 0; halving < most_halvings; ++halving, step /= 2) {
      add_both_sides(step / 2, step);
      const double before = std::exchange(mean, products_ / weights_);
      if (halving > 1 && std::abs(mean - before) <= tolerance * mean) break;
    }
    return mean;
  }

 private:
  void add_both_sides(double first, double step) {
    for (const double side : {-1.0, 1.0})
      for (double t = first; add(begin_ + side * t); t += step) {
      }
  }

  // Whether that changed anything.
  [[nodiscard]] bool add(double t) {
    const double power = std::exp(-pi * std::sinh(t));
    const double lower = 1 / (1 + power);
    const double upper = std::isinf(power) ? 1 : power / (1 + power);
    const double weight = std::cosh(t) * lower * upper * density_(lower, upper);
    if (!(weight > 0)) return false;
    const double products = std::exchange(products_, products_ + weight * quantity_(upper));
    const double weights = std::exchange(weights_, weights_ + weight);
    return products_ > products || weights_ > weights;
  }

  const Density& density_;
  const Quantity& quantity_;
  double begin_;
  double products_ = 0;
  double weights_ = 0;
};

}  // namespace

double Slowdown::expected_order_statistic(int rank, int draws) const {
  if (!random()) return mean;
  if (factors != nullptr) return mean_order_statistic(*factors, rank, draws);
  if (distribution == Distribution::exponential) {
    double harmonic = 0;
    for (int left = draws - rank + 1; left <= draws; ++left) harmonic += 1.0 / left;
    return harmonic * mean;
  }
  const OrderDensity density(rank, draws);
  // The logarithm of lower / upper = e^(pi sinh(t)) has about this mean and standard deviation.
  const double below = rank - 0.5;
  const double above = draws - rank + 0.5;
  const double begin = std::log(below / above) / pi;
  const double deviation = std::sqrt(1 / below + 1 / above) / pi;
  const double t = std::log(begin + std::sqrt(begin * begin + 1));
  const auto quantity = [this](double upper) { return upper_quantile(*this, upper); };
  return MeanUnder(density, quantity, t).mean(std::min(0.5, deviation / std::cosh(t)));
}

}  // namespace lockstep::models
