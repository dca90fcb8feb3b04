// Numbers of about 106 bits: the unevaluated sum of two doubles, the second less than a bit of the
// first (Dekker, 1971). Only for numbers far from the ends of a double's range.
#pragma once

namespace lockstep {

struct TwoDoubles {
  double high = 0;
  double low = 0;

  constexpr TwoDoubles() = default;
  constexpr TwoDoubles(double number) : high(number) {}  // NOLINT(google-explicit-constructor)
  constexpr TwoDoubles(double first, double second) : high(first), low(second) {}

  [[nodiscard]] constexpr double rounded() const { return high + low; }
};

// The exact sum, where |a| >= |b|.
[[nodiscard]] constexpr TwoDoubles ordered_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// The exact sum (Knuth).
[[nodiscard]] constexpr TwoDoubles exact_sum(double a, double b) {
  const double sum = a + b;
  const double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

// The exact product, by halves of 26 bits.
[[nodiscard]] constexpr TwoDoubles exact_product(double a, double b) {
  constexpr double splitter = 134'217'729;  // 2^27 + 1
  const double a_high = splitter * a - (splitter * a - a);
  const double b_high = splitter * b - (splitter * b - b);
  const double a_low = a - a_high;
  const double b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

[[nodiscard]] constexpr TwoDoubles operator-(const TwoDoubles& a) { return {-a.high, -a.low}; }

[[nodiscard]] constexpr TwoDoubles operator+(const TwoDoubles& a, const TwoDoubles& b) {
  const TwoDoubles high = exact_sum(a.high, b.high);
  const TwoDoubles low = exact_sum(a.low, b.low);
  const TwoDoubles sum = ordered_sum(high.high, high.low + low.high);
  return ordered_sum(sum.high, sum.low + low.low);
}

[[nodiscard]] constexpr TwoDoubles operator-(const TwoDoubles& a, const TwoDoubles& b) {
  return a + -b;
}

[[nodiscard]] constexpr TwoDoubles operator*(const TwoDoubles& a, const TwoDoubles& b) {
  const TwoDoubles product = exact_product(a.high, b.high);
  return ordered_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

[[nodiscard]] constexpr TwoDoubles operator/(const TwoDoubles& a, const TwoDoubles& b) {
  const double first = a.high / b.high;
  const TwoDoubles rest = a - b * TwoDoubles(first);
  const double second = rest.high / b.high;
  const TwoDoubles further = rest - b * TwoDoubles(second);
  return ordered_sum(first, second) + TwoDoubles(further.high / b.high);
}

}  // namespace lockstep
