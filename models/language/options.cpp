#include "models/language/options.hpp"

#include <fmt/format.h>

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
  const auto found = values_.find(name);
  check(found != values_.end(), "option {} was never declared", name);
  return found->second;
}

namespace {

template <class Value>
const Value& typed(const OptionValue& value, std::string_view name) {
  const auto* held = std::get_if<Value>(&value);
  check(held != nullptr, "option {} is of another type", name);
  return *held;
}

}  // namespace

bool Options::boolean(std::string_view name) const { return typed<bool>(get(name), name); }
std::int64_t Options::integer(std::string_view name) const {
  return typed<std::int64_t>(get(name), name);
}
double Options::number(std::string_view name) const { return typed<double>(get(name), name); }
const std::string& Options::choice(std::string_view name) const {
  return typed<std::string>(get(name), name);
}
std::string Options::unless_chosen(std::string_view name, std::string_view needed) const {
  const std::string& chosen = choice(name);
  return chosen == needed ? std::string{} : fmt::format("with {} \"{}\"", name, chosen);
}
const std::vector<std::int64_t>& Options::integers(std::string_view name) const {
  return typed<std::vector<std::int64_t>>(get(name), name);
}

}  // namespace lockstep::models
