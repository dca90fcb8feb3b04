#include "models/options.hpp"

#include "sim/base/check.hpp"

namespace lockstep::models {

Options::Options(std::span<const OptionSpec> specs) {
  for (const OptionSpec& spec : specs) {
    if (const auto* text = std::get_if<std::string_view>(&spec.fallback))
      set(spec.name, std::string(*text));
    else if (const auto* flag = std::get_if<bool>(&spec.fallback))
      set(spec.name, *flag);
    else if (const auto* whole = std::get_if<std::int64_t>(&spec.fallback))
      set(spec.name, *whole);
    else
      set(spec.name, *std::get_if<double>(&spec.fallback));
  }
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

}  // namespace lockstep::models
