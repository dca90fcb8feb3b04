#include "models/language/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"

namespace lockstep::models {

Options::Options(std::span<const OptionSpec> specs) {
  struct Value {
    OptionValue operator()(std::string_view text) const { return std::string(text); }
    OptionValue operator()(std::span<const std::int64_t> list) const {
      return std::vector<std::int64_t>(list.begin(), list.end());
    }
    OptionValue operator()(bool flag) const { return flag; }
    OptionValue operator()(std::int64_t whole) const { return whole; }
    OptionValue operator()(double number) const { return number; }
  };
  for (const OptionSpec& spec : specs) set(spec.name, std::visit(Value{}, spec.fallback));
}

const OptionValue& Options::get(std::string_view name) const {
  // They are few, and equality looks at lengths first: faster than a search by order.
  const auto found =
      std::ranges::find_if(values_, [&](const auto& one) { return one.first == name; });
  check(found != values_.end(), "option {} was never declared", name);
  return found->second;
}

std::string Options::unless_chosen(const TextOption& option, std::string_view needed) const {
  const std::string& chosen = (*this)[option];
  return chosen == needed ? std::string{} : fmt::format("with {} \"{}\"", option.name, chosen);
}

}  // namespace lockstep::models
