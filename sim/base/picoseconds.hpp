// Simulated time: a 64-bit count of picoseconds, used for instants and for spans alike.
//
// Integers make ties exact and reports byte-identical on every compiler. 2^63 ps are 106 days, the
// longest run that Lockstep simulates. Rates stay double; `ceil_seconds` is where a computed
// double becomes a time, and it rounds up, so that nothing ever ends before it can.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

namespace lockstep {

struct Picoseconds {
  std::int64_t ps = 0;

  friend constexpr auto operator<=>(Picoseconds, Picoseconds) = default;
  friend constexpr Picoseconds operator+(Picoseconds a, Picoseconds b) { return {a.ps + b.ps}; }
  friend constexpr Picoseconds operator-(Picoseconds a, Picoseconds b) { return {a.ps - b.ps}; }
  friend constexpr Picoseconds operator*(Picoseconds a, std::int64_t n) { return {a.ps * n}; }
  friend constexpr Picoseconds operator*(std::int64_t n, Picoseconds a) { return {a.ps * n}; }
  constexpr Picoseconds& operator+=(Picoseconds other) { return *this = *this + other; }
  constexpr Picoseconds& operator-=(Picoseconds other) { return *this = *this - other; }

  // Seconds as the nearest double (one correctly rounded division).
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(ps) / 1e12; }
};

// The longest span that a run may take; larger inputs are refused by the loader.
inline constexpr Picoseconds longest_run{std::numeric_limits<std::int64_t>::max()};

// Returns the least whole number of picoseconds not below `seconds`; saturates at `longest_run`.
[[nodiscard]] inline Picoseconds ceil_seconds(double seconds) {
  const double ps = std::ceil(seconds * 1e12);
  if (!(ps < 9.2e18)) return longest_run;
  return {static_cast<std::int64_t>(ps)};
}

// Returns `span` times `factor` (at least 0), rounded up; saturates at `longest_run`.
[[nodiscard]] inline Picoseconds ceil_scaled(Picoseconds span, double factor) {
  const double ps = std::ceil(static_cast<double>(span.ps) * factor);
  if (!(ps < 9.2e18)) return longest_run;
  return {static_cast<std::int64_t>(ps)};
}

// Returns the nearest whole number of picoseconds, for spans that a person wrote down ("10 us").
[[nodiscard]] inline Picoseconds nearest_seconds(double seconds) {
  const double ps = std::nearbyint(seconds * 1e12);
  if (!(ps < 9.2e18)) return longest_run;
  return {static_cast<std::int64_t>(ps)};
}

// Returns a + b, saturating at `longest_run`; both are at least 0.
[[nodiscard]] constexpr Picoseconds saturating_add(Picoseconds a, Picoseconds b) {
  return a.ps > longest_run.ps - b.ps ? longest_run : a + b;
}

}  // namespace lockstep
