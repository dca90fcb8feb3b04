// Options by the table that declares them: those of an algorithm, and those of a kind of data.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::OptionSpec;
using models::OptionType;
using models::OptionValue;

IntegerRange integer_range(const OptionSpec& spec) {
  constexpr double beyond = 9e18;
  return {static_cast<std::int64_t>(std::max(spec.least, -beyond)),
          static_cast<std::int64_t>(std::min(spec.most, beyond))};
}

template <class Value>
std::optional<OptionValue> wrapped(std::optional<Value> value) {
  if (!value) return std::nullopt;
  return OptionValue(std::move(*value));
}

std::optional<OptionValue> read_integers(const Place& place, const IntegerRange& range) {
  if (!is_list(place, "integers")) return std::nullopt;
  std::vector<std::int64_t> list;
  for (std::size_t i = 0; i < place.value->size(); ++i)
    if (const auto whole = read_integer(place.element(i), range)) list.push_back(*whole);
  if (list.size() < place.value->size()) return std::nullopt;
  return OptionValue(std::move(list));
}

std::optional<std::string> read_words(const Place& place) {
  auto words = read_text(place);
  if (words && words->empty()) place.fault("must not be empty");
  return words;
}

// The name that may be written for 0.
std::optional<OptionValue> read_zero_name(const Place& place, const OptionSpec& spec) {
  if (*place.value == spec.zero_name) return OptionValue(std::int64_t{0});
  place.must_be(fmt::format("an integer or \"{}\"", spec.zero_name));
  return std::nullopt;
}

}  // namespace

std::optional<OptionValue> read_option(const Place& place, const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::boolean:
      return wrapped(read_boolean(place));
    case OptionType::integer:
      if (!spec.zero_name.empty() && place.value->is_string()) return read_zero_name(place, spec);
      return wrapped(read_integer(place, integer_range(spec)));
    case OptionType::number:
      return wrapped(read_number(place, {spec.least, spec.most, false, spec.below_most}));
    case OptionType::bytes:
      return wrapped(read_bytes(place, {spec.least, spec.most}));
    case OptionType::integers:
      return read_integers(place, integer_range(spec));
    case OptionType::text:
      return wrapped(read_words(place));
    case OptionType::choice:
      break;
  }
  const auto index = read_choice(place, spec.name, spec.choices);
  if (!index) return std::nullopt;
  return OptionValue(std::string(spec.choices[*index]));
}

Json option_json(const OptionValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

namespace {

// A default may stand for "as many as there are hosts" and then be none that one could write.
bool is_writable(const OptionSpec& spec, const OptionValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    const IntegerRange range = integer_range(spec);
    return *whole >= range.least && *whole <= range.most;
  }
  const auto* number = std::get_if<double>(&value);
  return number == nullptr || (*number >= spec.least && *number <= spec.most);
}

// A text without a default has to be given, and to say something.
std::optional<Place> find(ObjectReader& object, const OptionSpec& option) {
  const auto* fallback = std::get_if<std::string_view>(&option.fallback);
  const bool required = option.type == OptionType::text && fallback != nullptr && fallback->empty();
  return required ? object.required(option.name) : object.optional(option.name);
}

bool declares(std::span<const OptionSpec> options, std::string_view name) {
  return std::any_of(options.begin(), options.end(),
                     [&](const OptionSpec& spec) { return spec.name == name; });
}

}  // namespace

OptionsPart read_options(ObjectReader& object, std::span<const OptionSpec> specs) {
  OptionsPart part;
  part.options = models::Options(specs);
  for (const OptionSpec& option : specs) {
    if (const auto place = find(object, option)) {
      auto value = read_option(*place, option);
      if (!value) part.unread.push_back(&option);
      if (value && *value != part.options.all().find(option.name)->second)
        part.chosen.push_back(&option);
      if (value) part.options.set(option.name, std::move(*value));
    }
    const OptionValue& value = part.options.all().find(option.name)->second;
    if (is_writable(option, value)) object.resolve(option.name, option_json(value));
  }
  return part;
}

void find_foreign_options(ObjectReader& object, const OptionsOf& owner,
                          std::span<const OptionsOf> all) {
  std::set<std::string_view> seen;
  for (const OptionsOf& other : all)
    for (const OptionSpec& option : other.options) {
      if (declares(owner.options, option.name) || !object.has(option.name)) continue;
      if (seen.insert(option.name).second)
        object.misplaced(option.name, fmt::format("\"{}\" is an option of {}, not of {}",
                                                  option.name, other.kind, owner.kind));
    }
}

}  // namespace lockstep::scenarios
