// `algorithm` and `algorithms`: kind, label and the options that the kind declares.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/algorithm.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/readers.hpp"

namespace lockstep::scenarios {
namespace {

using models::Algorithm;
using models::AlgorithmSpec;
using models::OptionSpec;
using models::OptionType;
using models::OptionValue;

const Algorithm* read_kind(const Place& place) {
  const auto known = models::algorithms();
  const auto names = names_of(known, [](const Algorithm* algorithm) { return algorithm->kind; });
  const auto index = read_choice(place, "algorithm", names);
  return index ? known[*index] : nullptr;
}

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

// The name that may be written for 0.
std::optional<OptionValue> read_zero_name(const Place& place, const OptionSpec& spec) {
  if (*place.value == spec.zero_name) return OptionValue(std::int64_t{0});
  place.must_be(fmt::format("an integer or \"{}\"", spec.zero_name));
  return std::nullopt;
}

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
    case OptionType::choice:
      break;
  }
  const auto index = read_choice(place, spec.name, spec.choices);
  if (!index) return std::nullopt;
  return OptionValue(std::string(spec.choices[*index]));
}

Json to_json(const OptionValue& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

// A default may stand for "as many as there are hosts" and then be none that one could write.
bool is_writable(const OptionSpec& spec, const OptionValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    const IntegerRange range = integer_range(spec);
    return *whole >= range.least && *whole <= range.most;
  }
  const auto* number = std::get_if<double>(&value);
  return number == nullptr || (*number >= spec.least && *number <= spec.most);
}

void read_options(ObjectReader& object, AlgorithmPart& part) {
  AlgorithmSpec& spec = part.spec;
  for (const OptionSpec& option : spec.algorithm->options) {
    if (const auto place = object.optional(option.name)) {
      auto value = read_option(*place, option);
      if (!value) part.unread.push_back(&option);
      if (value && *value != spec.options.all().find(option.name)->second)
        part.chosen.push_back(&option);
      if (value) spec.options.set(option.name, std::move(*value));
    }
    const OptionValue& value = spec.options.all().find(option.name)->second;
    if (is_writable(option, value)) object.resolve(option.name, to_json(value));
  }
}

bool declares(const Algorithm& algorithm, std::string_view option) {
  return std::any_of(algorithm.options.begin(), algorithm.options.end(),
                     [&](const OptionSpec& spec) { return spec.name == option; });
}

// Options of other algorithms get words of their own: `"micro_batches" is an option of gpipe, not
// of sync_sgd`.
void find_foreign_options(ObjectReader& object, const Algorithm& algorithm) {
  std::set<std::string_view> seen;
  for (const Algorithm* other : models::algorithms())
    for (const OptionSpec& option : other->options) {
      if (declares(algorithm, option.name) || !object.has(option.name)) continue;
      if (seen.insert(option.name).second)
        object.misplaced(option.name, fmt::format("\"{}\" is an option of {}, not of {}",
                                                  option.name, other->kind, algorithm.kind));
    }
}

void find_misspelt_options(const ObjectReader& object, AlgorithmPart& part) {
  for (const OptionSpec& option : part.spec.algorithm->options)
    if (object.is_misspelt(option.name)) part.unread.push_back(&option);
}

// The kind's name where there is none, or none that can be read.
std::string read_label(ObjectReader& object, std::string_view kind) {
  const auto place = object.optional("label");
  auto label = place ? read_text(*place) : std::nullopt;
  if (label && label->empty()) place->fault("must not be empty");
  if (!label || label->empty()) label = kind;
  object.resolve("label", *label);
  return *label;
}

// Nothing of an unknown kind.
std::optional<AlgorithmPart> read_one(const Place& place, const std::filesystem::path& folder,
                                      Json& resolved) {
  const Json named = {{"kind", *place.value}};
  const bool is_name = place.value->is_string();
  ObjectReader object(is_name ? Place{&named, place.pointer, place.faults} : place);
  const auto kind = object.required("kind");
  AlgorithmPart part;
  AlgorithmSpec& spec = part.spec;
  if (kind) spec.algorithm = read_kind(is_name ? place : *kind);
  if (spec.algorithm == nullptr) return std::nullopt;  // its options, nobody knows
  spec.pointer = place.pointer;
  spec.options = models::Options(spec.algorithm->options);
  object.resolve("kind", spec.algorithm->kind);
  spec.label = read_label(object, spec.algorithm->kind);
  if (const auto own = object.optional("topology")) {
    Json topology;
    part.topology = read_topology(*own, folder, topology);
    object.resolve("topology", std::move(topology));
  }
  read_options(object, part);
  find_foreign_options(object, *spec.algorithm);
  object.finish();
  find_misspelt_options(object, part);
  resolved = std::move(object.resolved());
  return part;
}

// "sync_sgd", "sync_sgd 2", ...
void make_label_unique(AlgorithmSpec& spec, std::set<std::string>& labels, Json& resolved) {
  const std::string label = spec.label;
  for (int number = 2; !labels.insert(spec.label).second; ++number)
    spec.label = fmt::format("{} {}", label, number);
  resolved["label"] = spec.label;
}

}  // namespace

std::vector<AlgorithmPart> read_algorithm(const Place& place, const std::filesystem::path& folder,
                                          Json& resolved) {
  if (auto part = read_one(place, folder, resolved)) return {std::move(*part)};
  return {};
}

std::vector<AlgorithmPart> read_algorithms(const Place& place, const std::filesystem::path& folder,
                                           Json& resolved) {
  std::vector<AlgorithmPart> parts;
  if (!is_list(place, "algorithms")) return parts;
  if (place.value->empty()) place.fault("must have at least one algorithm, found none");
  std::set<std::string> labels;
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    Json& entry = resolved.emplace_back();
    auto part = read_one(place.element(i), folder, entry);
    if (!part) continue;
    make_label_unique(part->spec, labels, entry);
    parts.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace lockstep::scenarios
