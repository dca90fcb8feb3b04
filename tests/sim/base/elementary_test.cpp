// The functions of <cmath> that sim/base/elementary.cpp defines.
#include "sim/base/elementary.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

// Not known to the compiler, which would compute a constant's function itself.
double at_run_time(double value) {
  const volatile double hidden = value;
  return hidden;
}

// The doubles next to the exact values, which were computed to 60 digits:
// python3 -c "from mpmath import *; mp.dps = 60; print(float(expm1(1)).hex())" and so on.
TEST_CASE("elementary: results are the doubles next to the exact ones") {
  CHECK(std::exp(at_run_time(1)) == 0x1.5bf0a8b145769p+1);
  CHECK(std::exp(at_run_time(-745.1)) == 0x0.0000000000001p-1022);
  CHECK(std::expm1(at_run_time(1)) == 0x1.b7e151628aed3p+0);  // the GNU library: ...2
  CHECK(std::log(at_run_time(10)) == 0x1.26bb1bbb55516p+1);
  CHECK(std::log1p(at_run_time(2)) == 0x1.193ea7aad030bp+0);  // the GNU library: ...a
  CHECK(std::log1p(at_run_time(1e-300)) == 1e-300);
  CHECK(std::log10(at_run_time(1e23)) == 23);
  CHECK(std::pow(at_run_time(10), at_run_time(-3)) == 1e-3);
  CHECK(std::pow(at_run_time(0.9), at_run_time(500)) == 0x1.ff738d5b7045p-77);
  CHECK(std::sinh(at_run_time(2)) == 0x1.d03cf63b6e19fp+1);  // the GNU library: ...a0
  CHECK(std::cosh(at_run_time(2)) == 0x1.e18fa0df2d9bcp+1);
  CHECK(std::tanh(at_run_time(0.5)) == 0x1.d9353d7568af3p-2);
}

// exp(log(x)) may be as far from x as log(x), rounded, from its exact value: |log x| 2^-53.
TEST_CASE("elementary: a logarithm undoes an exponential") {
  for (double x = 1e-300; x < 1e300; x *= 1.7)
    CHECK(std::abs(std::exp(std::log(x)) / x - 1) < 1e-13);
  for (double x = -0.9; x < 30; x += 0.1)
    CHECK(std::log1p(std::expm1(x)) == doctest::Approx(x).epsilon(1e-15));
}

// x - 1 is exact here, and log1p takes the longer way.
TEST_CASE("elementary: log and log1p are at most one double apart") {
  for (double x = 0.5; x < 2; x += 0x1.1p-15) {
    const double precise = std::log1p(x - 1);
    const double quick = std::log(x);
    CHECK(quick <= std::nextafter(precise, infinity));
    CHECK(quick >= std::nextafter(precise, -infinity));
  }
  // log(1 + e) = e - e^2 / 2 ...
  CHECK(std::log(at_run_time(1 + 0x1p-52)) == 0x1.fffffffffffffp-53);
  CHECK(std::log(at_run_time(1)) == 0);
  CHECK(std::log(at_run_time(0x1p-1074)) == std::log1p(1.0) * -1074);
}

TEST_CASE("elementary: whole powers are products") {
  for (int power = 0; power <= 15; ++power) {
    double product = 1;
    for (int i = 0; i < power; ++i) product *= 10;
    CHECK(std::pow(at_run_time(10), power) == product);
    CHECK(std::pow(at_run_time(-10), power) == (power % 2 == 0 ? product : -product));
    CHECK(std::log10(product) == power);
  }
}

// C17, F.10: what the functions are where there is nothing to compute.
TEST_CASE("elementary: infinities, zeros and what is no number") {
  CHECK(std::exp(at_run_time(710)) == infinity);
  CHECK(std::exp(-infinity) == 0);
  CHECK(std::expm1(-infinity) == -1);
  CHECK(std::signbit(std::expm1(at_run_time(-0.0))));
  CHECK(std::log(at_run_time(0)) == -infinity);
  CHECK(std::log(infinity) == infinity);
  CHECK(std::isnan(std::log(at_run_time(-1))));
  CHECK(std::log1p(at_run_time(-1)) == -infinity);
  CHECK(std::isnan(std::log1p(at_run_time(-2))));
  CHECK(std::isnan(std::exp(no_number)));
  CHECK(std::pow(at_run_time(0), at_run_time(-1)) == infinity);
  CHECK(std::pow(at_run_time(-0.0), at_run_time(-3)) == -infinity);
  CHECK(std::pow(no_number, at_run_time(0)) == 1);
  CHECK(std::pow(at_run_time(2), infinity) == infinity);
  CHECK(std::pow(at_run_time(0.5), infinity) == 0);
  CHECK(std::isnan(std::pow(at_run_time(-2), at_run_time(0.5))));
  CHECK(std::tanh(infinity) == 1);
  CHECK(std::sinh(-infinity) == -infinity);
  CHECK(std::cosh(-infinity) == infinity);
}

}  // namespace
}  // namespace lockstep
