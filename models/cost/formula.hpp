// Closed forms are templates over their term type: with `Picoseconds`-valued doubles they return
// the number, with `Formula` they print themselves as symbols and values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lockstep::models {

// A text that looks like mathematics: "iterations * (t_passes + 2 * (P - 1) * t_message(n/P))". Its
// symbols are names; some take an argument as a function does, which says what the time is of.
// Evaluated with the values of its symbols, it gives the number that the same closed form gives, up
// to the digits that are shown.
class Formula {
 public:
  Formula(double value);  // NOLINT(google-explicit-constructor): numbers stand in formulas
  [[nodiscard]] static Formula symbol(std::string name, std::string value);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Each symbol with its value, in order of first appearance: {"t_passes", "1.2 ms"}.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& where() const {
    return where_;
  }

  friend Formula operator+(const Formula& a, const Formula& b);
  friend Formula operator-(const Formula& a, const Formula& b);
  friend Formula operator*(const Formula& a, const Formula& b);
  friend Formula operator/(const Formula& a, const Formula& b);
  friend Formula max(const Formula& a, const Formula& b);

 private:
  enum class Binding : std::uint8_t { sum, product, atom };
  Formula(std::string text, Binding binding) : text_(std::move(text)), binding_(binding) {}
  static Formula join(const Formula& a, const char* sign, const Formula& b, Binding binding);
  [[nodiscard]] std::string enclosed(Binding least) const;

  std::string text_;
  Binding binding_ = Binding::atom;
  std::vector<std::pair<std::string, std::string>> where_;
};

[[nodiscard]] inline double max(double a, double b) { return a > b ? a : b; }

// Returns the mean time in seconds of one of `count` things that take `total_s` together, to be
// multiplied by their number; 0 if there are none.
[[nodiscard]] inline double mean_s(double total_s, std::int64_t count) {
  return count == 0 ? 0 : total_s / static_cast<double>(count);
}

// Makes the terms of a formula from a name and a value, in seconds or as a plain number.
template <class Term>
struct Terms;

template <>
struct Terms<double> {
  [[nodiscard]] static double seconds(const char* /*name*/, double value) { return value; }
  [[nodiscard]] static double number(const char* /*name*/, double value) { return value; }
};

template <>
struct Terms<Formula> {
  [[nodiscard]] static Formula seconds(const char* name, double value);
  [[nodiscard]] static Formula number(const char* name, double value);
};

}  // namespace lockstep::models
