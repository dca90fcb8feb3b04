// `training/optimizer`: a rule's name, or an object with its numbers.
#include "models/language/optimizers.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::OptimizerKind;

const OptimizerKind* read_kind(const Place& place) {
  const auto index = read_choice(place, "optimizer", models::optimizers);
  return index ? &models::optimizer_kinds()[*index] : nullptr;
}

void find_foreign(ObjectReader& object, const OptimizerKind& kind) {
  std::vector<OptionsOf> all;
  for (const OptimizerKind& other : models::optimizer_kinds())
    all.push_back({other.rule->name, other.options});
  find_foreign_options(object, {kind.rule->name, kind.options}, all);
}

}  // namespace

models::Optimizer read_optimizer(const Place& place, Json& resolved) {
  const Json named = {{"kind", *place.value}};
  const bool is_name = place.value->is_string();
  ObjectReader object(is_name ? Place{&named, place.pointer, place.faults} : place);
  const auto found = object.required("kind");
  const OptimizerKind* kind = found ? read_kind(is_name ? place : *found) : nullptr;
  if (kind == nullptr) return {};  // its numbers, nobody knows
  object.resolve("kind", kind->rule->name);
  const models::Options numbers = read_options(object, kind->options).options;
  find_foreign(object, *kind);
  object.finish();
  resolved = std::move(object.resolved());
  return models::optimizer_of(*kind, numbers);
}

}  // namespace lockstep::scenarios
