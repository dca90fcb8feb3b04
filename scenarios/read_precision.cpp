// `model/bytes_per_scalar` and `model/precision`: how many bytes a scalar takes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::Precision;

constexpr std::array<std::int64_t, 4> scalar_sizes = {1, 2, 4, 8};

std::int64_t read_size(ObjectReader& object, std::string_view key, std::int64_t usual,
                       bool none_allowed = false) {
  std::int64_t bytes = usual;
  if (const auto found = object.optional(key)) {
    const std::int64_t least = none_allowed ? 0 : scalar_sizes.front();
    bytes = read_integer(*found, {least, scalar_sizes.back()}).value_or(usual);
    const bool known = std::ranges::find(scalar_sizes, bytes) != scalar_sizes.end();
    if (!known && !(none_allowed && bytes == 0)) {
      found->must_be(none_allowed ? "0, 1, 2, 4 or 8" : "1, 2, 4 or 8");
      bytes = usual;
    }
  }
  object.resolve(key, bytes);
  return bytes;
}

Precision read_parts(const Place& place, std::int64_t usual) {
  ObjectReader object(place);
  Precision precision;
  precision.parameters = read_size(object, "parameters", usual);
  precision.gradients = read_size(object, "gradients", usual);
  precision.activations = read_size(object, "activations", usual);
  precision.master_copy = read_size(object, "master_copy", 0, true);
  precision.optimizer_state =
      read_size(object, "optimizer_state", std::max(precision.parameters, precision.master_copy));
  object.finish();
  return precision;
}

Json as_json(const Precision& precision) {
  return {{"parameters", precision.parameters},
          {"gradients", precision.gradients},
          {"activations", precision.activations},
          {"master_copy", precision.master_copy},
          {"optimizer_state", precision.optimizer_state}};
}

}  // namespace

std::int64_t read_scalar_bytes(ObjectReader& object) {
  return read_size(object, "bytes_per_scalar", Precision{}.parameters);
}

models::Precision read_precision(ObjectReader& object) {
  constexpr std::string_view key = "precision";
  constexpr std::string_view alike = "bytes_per_scalar";
  const auto found = object.optional(key);
  if (found && !found->value->is_object()) {
    if (object.has(alike))
      object.misplaced(alike, R"(cannot be combined with the name of a "precision")");
    const auto index = read_choice(*found, key, precision_names);
    const Precision named = index ? precisions[*index] : Precision{};
    object.resolve(alike, named.parameters);
    object.resolve(key, as_json(named));
    return named;
  }
  const std::int64_t usual = read_scalar_bytes(object);
  const Precision precision = found ? read_parts(*found, usual) : Precision::of(usual);
  object.resolve(key, as_json(precision));
  return precision;
}

}  // namespace lockstep::scenarios
