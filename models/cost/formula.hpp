// Closed forms are templates over their term type: with `Picoseconds`-valued doubles they give the
// number, with `Formula` they print themselves, symbols and values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lockstep::models {

// A text that looks like mathematics: "iterations * (forward + backward + 2 (P-1) * hop)".
class Formula {
 public:
  Formula(double value);  // NOLINT(google-explicit-constructor): numbers stand in formulas
  [[nodiscard]] static Formula symbol(std::string name, std::string value);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Each symbol with its value, in order of first appearance: {"forward", "1.2 ms"}.
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

// Makes the terms of a formula: a name, and its value in seconds or as a plain number.
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
