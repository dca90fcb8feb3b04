// `numerics`: the network that is computed, which may be narrower than the one that is costed.
#include <array>

#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Activation;
using models::Mlp;
using models::Numerics;
using models::Start;

bool has_layers(const Mlp& mlp) { return mlp.layers > 0 && (mlp.width > 0 || !mlp.equally_wide()); }

// What is not said is the model's; a list of layers has no width, and measured stages have neither.
Mlp read_network(ObjectReader& object, const Mlp& costed) {
  const bool is_uniform = costed.equally_wide() && costed.width > 0 && costed.layers > 0;
  if (!is_uniform && !object.has("layers") && !object.has("width")) {
    for (const std::string_view key : {"layers", "width"}) (void)object.optional(key);
    return costed;
  }
  const auto usual = [&](std::int64_t count) {
    return is_uniform ? std::optional(count) : std::nullopt;
  };
  Mlp mlp;
  mlp.layers = object.integer("layers", layer_range, usual(costed.layers));
  mlp.width = object.integer("width", width_range, usual(costed.width));
  return mlp;
}

void read_keys(ObjectReader& object, const Mlp& costed, Numerics& numerics) {
  // Both in the order of their enum.
  constexpr std::array<std::string_view, 2> activations = {"tanh", "relu"};
  constexpr std::array<std::string_view, 2> starts = {"xavier", "he"};
  constexpr IntegerRange batch_range{1, 1'000'000'000};
  numerics.mlp = read_network(object, costed);
  numerics.activation = static_cast<Activation>(object.choice("activation", activations, 0));
  const Start usual = numerics.activation == Activation::relu ? Start::he : Start::xavier;
  numerics.start =
      static_cast<Start>(object.choice("start", starts, static_cast<std::size_t>(usual)));
  constexpr std::string_view batch = "batch_per_worker";
  if (object.has(batch)) numerics.batch_per_worker = object.integer(batch, batch_range);
  (void)object.optional(batch);  // known, though absent
  object.finish();
}

}  // namespace

Numerics read_numerics(const std::optional<Place>& place, const Mlp& costed, Json& resolved) {
  Numerics numerics;
  numerics.mlp = costed;
  if (place) {
    ObjectReader object(*place);
    read_keys(object, costed, numerics);
    resolved = std::move(object.resolved());
  }
  Mlp& mlp = numerics.mlp;
  numerics.as_costed =
      mlp.layers == costed.layers && mlp.width == costed.width && mlp.shapes == costed.shapes;
  mlp.precision = models::Precision::of(sizeof(float));
  if (!has_layers(mlp)) mlp = {};
  return numerics;
}

}  // namespace lockstep::scenarios
