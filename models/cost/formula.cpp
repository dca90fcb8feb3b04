#include "models/cost/formula.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/quantity.hpp"

namespace lockstep::models {

namespace {

std::string number_text(double value) { return fmt::format("{}", value); }

}  // namespace

Formula::Formula(double value) : text_(number_text(value)) {}

Formula Formula::symbol(std::string name, std::string value) {
  Formula formula(name, Binding::atom);
  formula.where_.emplace_back(std::move(name), std::move(value));
  return formula;
}

std::string Formula::enclosed(Binding least) const {
  return binding_ < least ? "(" + text_ + ")" : text_;
}

Formula Formula::join(const Formula& a, const char* sign, const Formula& b, Binding binding) {
  // The right side of - and / must bind tighter than the sign itself.
  const bool one_sided = *sign == '-' || *sign == '/';
  const Binding right = one_sided && binding == Binding::sum ? Binding::product
                        : one_sided                          ? Binding::atom
                                                             : binding;
  Formula joined(fmt::format("{} {} {}", a.enclosed(binding), sign, b.enclosed(right)), binding);
  joined.where_ = a.where_;
  for (const auto& symbol : b.where_)
    if (std::find(joined.where_.begin(), joined.where_.end(), symbol) == joined.where_.end())
      joined.where_.push_back(symbol);
  return joined;
}

Formula operator+(const Formula& a, const Formula& b) {
  return Formula::join(a, "+", b, Formula::Binding::sum);
}
Formula operator-(const Formula& a, const Formula& b) {
  return Formula::join(a, "-", b, Formula::Binding::sum);
}
Formula operator*(const Formula& a, const Formula& b) {
  return Formula::join(a, "*", b, Formula::Binding::product);
}
Formula operator/(const Formula& a, const Formula& b) {
  return Formula::join(a, "/", b, Formula::Binding::product);
}
Formula max(const Formula& a, const Formula& b) {
  Formula list = Formula::join(a, ",", b, Formula::Binding::sum);
  const std::string text = fmt::format("max({}, {})", a.text(), b.text());
  list.text_ = text;
  list.binding_ = Formula::Binding::atom;
  return list;
}

Formula Terms<Formula>::seconds(const char* name, double value) {
  return Formula::symbol(name, format_seconds(value));
}
Formula Terms<Formula>::number(const char* name, double value) {
  return Formula::symbol(name, number_text(value));
}

}  // namespace lockstep::models
