#include "models/devices/slowdown.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/pareto.hpp>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>

namespace lockstep::models {

namespace {

namespace math = boost::math;

// Out-of-range results come back as infinities or zeros, not as exceptions.
using Quiet = math::policies::policy<math::policies::domain_error<math::policies::ignore_error>,
                                     math::policies::overflow_error<math::policies::ignore_error>,
                                     math::policies::evaluation_error<math::policies::ignore_error>,
                                     math::policies::pole_error<math::policies::ignore_error>>;

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

}  // namespace

double Slowdown::expected_order_statistic(int rank, int draws) const {
  if (!random()) return mean;
  if (factors != nullptr) return mean_order_statistic(*factors, rank, draws);
  if (distribution == Distribution::exponential) {
    double harmonic = 0;
    for (int left = draws - rank + 1; left <= draws; ++left) harmonic += 1.0 / left;
    return harmonic * mean;
  }
  // The rank-th smallest of n uniform draws has the distribution Beta(rank, n - rank + 1).
  const math::beta_distribution<double, Quiet> position(rank, draws - rank + 1);
  math::quadrature::tanh_sinh<double, Quiet> integrator;
  // `from_end` is the distance to the nearer end, negative at the upper one, without cancellation.
  const auto integrand = [&](double probability, double from_end) {
    const double upper = probability > 0.5 ? std::abs(from_end) : 1 - probability;
    const double density = math::pdf(position, probability);
    return density > 0 ? upper_quantile(*this, upper) * density : 0.0;
  };
  return integrator.integrate(integrand, 0.0, 1.0, 1e-10);
}

}  // namespace lockstep::models
