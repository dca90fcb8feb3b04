// `data`: what is learnt. A kind's name, or an object with the options of its kind.
#include "models/data/data_kind.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::DataKind;

const DataKind* read_kind(const Place& place) {
  const auto known = models::data_kinds();
  const auto index =
      read_choice(place, "data", names_of(known, [](const DataKind* kind) { return kind->kind; }));
  return index ? known[*index] : nullptr;
}

void find_foreign(ObjectReader& object, const DataKind& kind) {
  std::vector<OptionsOf> all;
  for (const DataKind* other : models::data_kinds()) all.push_back({other->kind, other->options});
  find_foreign_options(object, {kind.kind, kind.options}, all);
}

double read_held_out(ObjectReader& object, double usual) {
  constexpr std::string_view key = "held_out";
  const double fraction = object.number(key, {0, 1, true}, usual);
  if (fraction == 1)
    object.place().faults->add(child_pointer(object.place().pointer, key),
                               "must be less than 1, found 1");
  return fraction;
}

}  // namespace

std::optional<DataPart> read_data(const Place& place, const std::filesystem::path& folder,
                                  Json& resolved) {
  const Json named = {{"kind", *place.value}};
  const bool is_name = place.value->is_string();
  const std::size_t faults_before = place.faults->count();
  ObjectReader object(is_name ? Place{&named, place.pointer, place.faults} : place);
  const auto kind = object.required("kind");
  DataPart part;
  if (kind) part.spec.kind = read_kind(is_name ? place : *kind);
  if (part.spec.kind == nullptr) return std::nullopt;  // its options, nobody knows
  object.resolve("kind", part.spec.kind->kind);
  part.spec.held_out = read_held_out(object, part.spec.held_out);
  part.spec.options = read_options(object, part.spec.kind->options).options;
  part.spec.folder = folder;
  find_foreign(object, *part.spec.kind);
  object.finish();
  part.sound = place.faults->count() == faults_before;
  resolved = std::move(object.resolved());
  return part;
}

}  // namespace lockstep::scenarios
