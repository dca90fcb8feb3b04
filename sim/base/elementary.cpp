#include "sim/base/elementary.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>

#include "sim/base/two_doubles.hpp"

namespace lockstep {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr TwoDoubles ln_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
constexpr TwoDoubles ln_10 = {0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53};

// e^r - 1 for |r| <= ln(2) / 2 and a little: the series of r / 16, whose tail past r^3 needs one
// double; then e^2r - 1 = (e^r - 1) (e^r - 1 + 2), four times.
TwoDoubles small_exp_minus_one(const TwoDoubles& r) {
  const TwoDoubles x = {r.high / 16, r.low / 16};
  const double y = x.high;
  double tail = 0;
  for (const double divisor : {11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0})
    tail = (1 + tail) * (y / divisor);
  const TwoDoubles square = x * x;
  const TwoDoubles cube = square * x;
  const double fourth = (1 + tail) * (y * y * y * y / 24);
  TwoDoubles result = x + (TwoDoubles(square.high / 2, square.low / 2) +
                           (cube / TwoDoubles(6.0) + TwoDoubles(fourth)));
  for (int doubling = 0; doubling < 4; ++doubling) result = result * (result + TwoDoubles(2.0));
  return result;
}

struct Scaled {
  TwoDoubles number;
  int exponent = 0;  // of 2
};

// x = exponent ln(2) + what is left.
Scaled without_powers(const TwoDoubles& x) {
  const double powers = std::nearbyint(x.high / ln_2.high);
  return {x - ln_2 * TwoDoubles(powers), static_cast<int>(powers)};
}

// Of e^x; for |x| < 800.
Scaled exponential(const TwoDoubles& x) {
  const Scaled left = without_powers(x);
  return {TwoDoubles(1.0) + small_exp_minus_one(left.number), left.exponent};
}

// 2^1024 is no double, but may be half of one.
double rounded(const Scaled& scaled) {
  const int half = scaled.exponent / 2;
  return std::ldexp(std::ldexp(scaled.number.rounded(), half), scaled.exponent - half);
}

double exponential_of(const TwoDoubles& x) {
  constexpr double most = 709.8;    // whose exponential is past the largest double
  constexpr double least = -745.2;  // below half of the least
  if (std::isnan(x.high)) return x.high;
  if (x.high > most) return infinity;
  if (x.high < least) return 0;
  return rounded(exponential(x));
}

// e^x - 1 for |x| < 40, relative to itself.
TwoDoubles exp_minus_one(const TwoDoubles& x) {
  const Scaled left = without_powers(x);
  const TwoDoubles small = small_exp_minus_one(left.number);
  if (left.exponent == 0) return small;
  const double power = std::ldexp(1.0, left.exponent);
  return small * TwoDoubles(power) + TwoDoubles(power - 1);
}

// 2^power; a product with it is quicker than std::ldexp.
double power_of_two(int power) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(1023 + power) << 52U);
}

// x 2^power, where that is exact.
double times_power_of_two(double x, int power) {
  return std::abs(power) < 1022 ? x * power_of_two(power) : std::ldexp(x, power);
}

constexpr TwoDoubles ninth = TwoDoubles(1.0) / TwoDoubles(9.0);
constexpr std::array<TwoDoubles, 3> first_inverses = {TwoDoubles(1.0) / TwoDoubles(7.0),
                                                      TwoDoubles(1.0) / TwoDoubles(5.0),
                                                      TwoDoubles(1.0) / TwoDoubles(3.0)};
constexpr std::array<double, 13> further_inverses = {
    1.0 / 35, 1.0 / 33, 1.0 / 31, 1.0 / 29, 1.0 / 27, 1.0 / 25, 1.0 / 23,
    1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11};

// Of a positive number: 2 atanh((m - 1) / (m + 1)) for its mantissa m, from sqrt(1/2) to sqrt(2).
TwoDoubles logarithm(const TwoDoubles& x) {
  constexpr double root_half = 0.70710678118654757;
  int exponent = 0;
  if (std::frexp(x.high, &exponent) < root_half) --exponent;
  const TwoDoubles mantissa = {times_power_of_two(x.high, -exponent),
                               times_power_of_two(x.low, -exponent)};
  const TwoDoubles z = (mantissa - TwoDoubles(1.0)) / (mantissa + TwoDoubles(1.0));
  const TwoDoubles square = z * z;
  double tail = 0;
  for (const double inverse : further_inverses) tail = (inverse + tail) * square.high;
  TwoDoubles sum = ninth + TwoDoubles(tail);
  for (const TwoDoubles& inverse : first_inverses) sum = inverse + square * sum;
  const TwoDoubles once = z + z * square * sum;
  return TwoDoubles(2 * once.high, 2 * once.low) + ln_2 * TwoDoubles(static_cast<double>(exponent));
}

// What a logarithm is where there is none to compute.
bool is_ordinary(double x) { return x > 0 && x < infinity; }
double extraordinary_logarithm(double x) {
  if (x == 0) return -infinity;
  return x > 0 ? x : not_a_number;  // infinity; below zero, or none itself
}

bool is_whole(double x) { return std::floor(x) == x; }
bool is_odd(double x) { return is_whole(x) && !is_whole(x / 2); }

// |x|^y for an x that is neither 1 nor without a logarithm.
double magnitude_of_power(double x, double y) {
  if (x == 0 || x == infinity) return (x == 0) == (y < 0) ? infinity : 0;
  if (std::isinf(y)) return (x > 1) == (y > 0) ? infinity : 0;
  const TwoDoubles log = logarithm(TwoDoubles(x));
  constexpr double most = 1e4;  // past all that is neither 0 nor infinite
  const double about = log.high * y;
  if (!(std::abs(about) < most)) return about > 0 ? infinity : 0;
  return exponential_of(log * TwoDoubles(y));
}

double power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return not_a_number;
  if (x == -1 && std::isinf(y)) return 1;
  if (x < 0 && x > -infinity && !is_whole(y)) return not_a_number;
  const double size = std::abs(x) == 1 ? 1 : magnitude_of_power(std::abs(x), y);
  return std::signbit(x) && is_odd(y) ? -size : size;
}

// Powers of 2 between 1 and 2, in equal steps.
constexpr int steps = 64;
using PowersOfTwo = std::array<TwoDoubles, steps>;
PowersOfTwo powers_of_two() {
  PowersOfTwo powers;
  for (int i = 0; i < steps; ++i) {
    const Scaled power = exponential(ln_2 * TwoDoubles(static_cast<double>(i) / steps));
    powers[static_cast<std::size_t>(i)] =
        TwoDoubles(std::ldexp(1.0, power.exponent)) * power.number;
  }
  return powers;
}

// The exponential of one double, of which a training takes one for each class and sample: a power
// of 2 from the table times the series of what is left, which is at most ln(2) / 128.
double quick_exponential(double x) {
  if (!(std::abs(x) < 700)) return exponential_of(x);
  static const PowersOfTwo powers = powers_of_two();
  constexpr double step_high =
      0x1.62e42feep-7;  // ln(2) / 64, so short that its multiples are exact
  constexpr double step_low = 0x1.a39ef35793c76p-39;
  const double count = std::nearbyint(x * (steps / ln_2.high));
  const double r = (x - count * step_high) - count * step_low;
  const double tail = 1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720));
  const double series = r + r * r * (0.5 + r * (1.0 / 6 + r * tail));
  const int whole = static_cast<int>(count);
  const TwoDoubles& power = powers[static_cast<std::size_t>(whole & (steps - 1))];
  const double mantissa = power.high + (power.low + power.high * series);
  return mantissa * power_of_two(whole >> 6);
}

// For mantissas near each center / steps of them: the inverse of that, and what its logarithm
// lacks.
constexpr int logarithm_steps = 128;
constexpr int least_center = 90;  // below sqrt(1/2)
struct Center {
  double inverse = 1;
  TwoDoubles logarithm;
};
using Centers = std::array<Center, 92>;  // up to above sqrt(2)
Centers logarithm_centers() {
  Centers centers;
  for (int i = 0; i < static_cast<int>(centers.size()); ++i) {
    Center& center = centers[static_cast<std::size_t>(i)];
    center.inverse = static_cast<double>(logarithm_steps) / (least_center + i);
    center.logarithm = -logarithm(TwoDoubles(center.inverse));
  }
  return centers;
}

// The logarithm of one positive double, of which a training takes one for each sample: that of a
// power of 2, of a center, and the series of what is left, which is at most 1 / 256 and a little.
double quick_logarithm(double x) {
  constexpr double least_normal = std::numeric_limits<double>::min();
  constexpr double root_2 = 1.4142135623730951;
  static const Centers centers = logarithm_centers();
  int power = 0;
  if (x < least_normal) {
    x *= 0x1p54;
    power = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  power += static_cast<int>(bits >> 52U) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xfffffffffffffU) | std::uint64_t{1023} << 52U);
  if (mantissa > root_2) {
    mantissa /= 2;
    ++power;
  }
  const auto index =
      static_cast<std::size_t>(static_cast<int>(mantissa * logarithm_steps + 0.5) - least_center);
  const Center& center = centers[index];
  const TwoDoubles ratio = exact_product(mantissa, center.inverse);
  const TwoDoubles r = ordered_sum(ratio.high - 1, ratio.low);
  const double y = r.high;
  const double series =
      -0.5 + y * (1.0 / 3 + y * (-0.25 + y * (0.2 + y * (-1.0 / 6 + y * (1.0 / 7 - y / 8)))));
  // ln(2) in two parts, of which the first is so short that its multiples are exact.
  constexpr double ln_2_high = 0x1.62e42fefa38p-1;
  constexpr double ln_2_low = 0x1.ef35793c7673p-45;
  const TwoDoubles whole = exact_sum(power * ln_2_high, center.logarithm.high);
  const TwoDoubles sum = exact_sum(whole.high, r.high);
  const double rest = power * ln_2_low + center.logarithm.low + whole.low + sum.low;
  return sum.high + (rest + (r.low * (1 - y) + y * y * series));
}

constexpr double far = 40;  // from where on e^-x is nothing beside e^x
// Whether the functions that are about x near 0 are x itself.
bool is_tiny(double x) { return std::abs(x) < 0x1p-60; }

}  // namespace

}  // namespace lockstep

// The C library's names, and so its way of writing them.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

double exp(double x) { return lockstep::quick_exponential(x); }

double expm1(double x) {
  using namespace lockstep;
  if (!(std::abs(x) < far)) return x < 0 ? -1.0 : exponential_of(x);
  return is_tiny(x) ? x : exp_minus_one(x).rounded();
}

double log(double x) {
  using namespace lockstep;
  return is_ordinary(x) ? quick_logarithm(x) : extraordinary_logarithm(x);
}

double log1p(double x) {
  using namespace lockstep;
  if (is_tiny(x) || x == infinity) return x;
  if (!(x > -1)) return extraordinary_logarithm(x + 1);
  return logarithm(exact_sum(1, x)).rounded();
}

double log10(double x) {
  using namespace lockstep;
  return is_ordinary(x) ? (logarithm(x) / ln_10).rounded() : extraordinary_logarithm(x);
}

double pow(double x, double y) { return lockstep::power(x, y); }

// (e^x - e^-x) / 2 = (E + E / (E + 1)) / 2, where E is e^x - 1.
double sinh(double x) {
  using namespace lockstep;
  if (std::isnan(x) || is_tiny(x)) return x;
  const double size = std::abs(x);
  double result = infinity;
  if (size < far) {
    const TwoDoubles less = exp_minus_one(size);
    result = (less + less / (less + TwoDoubles(1.0))).rounded() / 2;
  } else if (size < 711) {
    Scaled scaled = exponential(size);
    --scaled.exponent;
    result = rounded(scaled);
  }
  return std::copysign(result, x);
}

double cosh(double x) {
  using namespace lockstep;
  const double size = std::abs(x);
  if (size < far) {
    const Scaled scaled = exponential(size);
    const double half_power = std::ldexp(0.5, scaled.exponent);
    const TwoDoubles half = scaled.number * TwoDoubles(half_power);
    return (half + TwoDoubles(0.25) / half).rounded();
  }
  return std::isnan(x) ? x : std::abs(sinh(x));
}

// E / (E + 2), where E is e^2x - 1.
double tanh(double x) {
  using namespace lockstep;
  if (std::isnan(x) || is_tiny(x)) return x;
  const double size = std::abs(x);
  if (!(2 * size < far)) return std::copysign(1.0, x);
  const TwoDoubles less = exp_minus_one(2 * size);
  return std::copysign((less / (less + TwoDoubles(2.0))).rounded(), x);
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
