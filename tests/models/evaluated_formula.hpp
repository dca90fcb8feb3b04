// What a printed formula comes to with the values printed for its symbols.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <string_view>

#include "models/cost/formula.hpp"

namespace lockstep::models::testing {

// "1.2 ms" in seconds; "12" as it is.
[[nodiscard]] inline double printed_value(const std::string& text) {
  static const std::map<std::string, double, std::less<>> units = {
      {"", 1},        {" s", 1},    {" ms", 1e-3}, {" us", 1e-6},   {" ns", 1e-9},
      {" ps", 1e-12}, {" min", 60}, {" h", 3600},  {" days", 86400}};
  std::size_t end = 0;
  const double number = std::stod(text, &end);
  const auto unit = units.find(text.substr(end));
  REQUIRE_MESSAGE(unit != units.end(), text);
  return number * unit->second;
}

// A sum of products of numbers, symbols, parentheses and max(a, b). Names of symbols are letters,
// digits and underscores; one may have an argument: letters, digits, "/" and "+" in parentheses.
class EvaluatedFormula {
 public:
  explicit EvaluatedFormula(const Formula& formula) : text_(formula.text()) {
    for (const auto& [name, value] : formula.where()) {
      CHECK_MESSAGE(!values_.contains(name), name << " stands for two values in " << text_);
      values_[name] = printed_value(value);
    }
    value_ = sum();
    CHECK_MESSAGE(rest_ == text_.size(), text_);
  }
  [[nodiscard]] double value() const { return value_; }

 private:
  [[nodiscard]] bool take(std::string_view part) {
    if (std::string_view(text_).substr(rest_, part.size()) != part) return false;
    rest_ += part.size();
    return true;
  }
  double sum() {
    double value = product();
    while (true) {
      if (take(" + "))
        value += product();
      else if (take(" - "))
        value -= product();
      else
        return value;
    }
  }
  double product() {
    double value = factor();
    while (true) {
      if (take(" * "))
        value *= factor();
      else if (take(" / "))
        value /= factor();
      else
        return value;
    }
  }
  double factor() {
    if (take("max(")) {
      const double first = sum();
      CHECK_MESSAGE(take(", "), text_);
      return std::max(first, closed());
    }
    if (take("(")) return closed();
    if (std::isdigit(static_cast<unsigned char>(text_[rest_])) != 0) {
      std::size_t length = 0;
      const double number = std::stod(text_.substr(rest_), &length);
      rest_ += length;
      return number;
    }
    const std::string name = symbol();
    const auto found = values_.find(name);
    CHECK_MESSAGE(found != values_.end(), "\"" << name << "\" in " << text_);
    return found == values_.end() ? 0 : found->second;
  }
  double closed() {
    const double value = sum();
    CHECK_MESSAGE(take(")"), text_);
    return value;
  }
  std::string symbol() {
    const auto is_of_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    const std::size_t begin = rest_;
    while (rest_ < text_.size() && is_of_name(text_[rest_])) ++rest_;
    if (rest_ < text_.size() && text_[rest_] == '(') {
      while (rest_ < text_.size() && text_[rest_] != ')') {
        const char c = text_[rest_++];
        CHECK_MESSAGE((is_of_name(c) || c == '(' || c == '/' || c == '+'), text_);
      }
      ++rest_;
    }
    return text_.substr(begin, rest_ - begin);
  }

  std::string text_;
  std::size_t rest_ = 0;
  std::map<std::string, double> values_;
  double value_ = 0;
};

// Three digits of each symbol are printed: half of the third may be lost.
[[nodiscard]] inline doctest::Approx as_printed(double value) {
  return doctest::Approx(value).epsilon(0.0055).scale(0);
}

}  // namespace lockstep::models::testing
