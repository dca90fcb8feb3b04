// `algorithm` and `algorithms`: kind, label and the options that the kind declares.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Algorithm;
using models::AlgorithmSpec;
using models::OptionSpec;

const Algorithm* read_kind(const Place& place) {
  const auto known = models::algorithms();
  const auto names = names_of(known, [](const Algorithm* algorithm) { return algorithm->kind; });
  const auto index = read_choice(place, "algorithm", names);
  return index ? known[*index] : nullptr;
}

void find_foreign(ObjectReader& object, const Algorithm& algorithm) {
  std::vector<OptionsOf> all;
  for (const Algorithm* other : models::algorithms()) all.push_back({other->kind, other->options});
  find_foreign_options(object, {algorithm.kind, algorithm.options}, all);
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
  object.resolve("kind", spec.algorithm->kind);
  spec.label = read_label(object, spec.algorithm->kind);
  if (const auto own = object.optional("topology")) {
    Json topology;
    part.topology = read_topology(*own, folder, topology);
    object.resolve("topology", std::move(topology));
  }
  OptionsPart options = read_options(object, spec.algorithm->options);
  spec.options = std::move(options.options);
  part.unread = std::move(options.unread);
  part.chosen = std::move(options.chosen);
  find_foreign(object, *spec.algorithm);
  object.finish();
  find_misspelt_options(object, part);
  resolved = std::move(object.resolved());
  return part;
}

// "sync_sgd", "sync_sgd 2", ... Looks for each number once, however many share a label.
class UniqueLabels {
 public:
  void number(AlgorithmSpec& spec, Json& resolved) {
    const std::string label = spec.label;
    int& last = last_numbers_.try_emplace(label, 1).first->second;
    while (!labels_.insert(spec.label).second) spec.label = fmt::format("{} {}", label, ++last);
    resolved["label"] = spec.label;
  }

 private:
  std::set<std::string> labels_;
  std::map<std::string, int> last_numbers_;
};

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
  UniqueLabels labels;
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    Json& entry = resolved.emplace_back();
    auto part = read_one(place.element(i), folder, entry);
    if (!part) continue;
    labels.number(part->spec, entry);
    parts.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace lockstep::scenarios
