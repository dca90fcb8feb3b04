// `model/stages`: measured times in place of layers.
#include <fmt/format.h>

#include <cmath>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::MeasuredStage;

constexpr IntegerRange count_range{1, topologies::most_hosts};
constexpr IntegerRange parameter_range{0, 1'000'000'000'000'000};
constexpr NumberRange message_bytes{0, 9e18, false};

// Adds what one entry stands for: `count` stages alike.
void read_entry(const Place& place, std::int64_t bytes_per_scalar,
                std::vector<MeasuredStage>& stages, Json& resolved) {
  ObjectReader object(place);
  const auto span = [&](std::string_view key) {
    return nearest_seconds(object.quantity(key, Dimension::seconds, any_span));
  };
  MeasuredStage stage;
  stage.forward = span("forward");
  stage.backward_input = span("backward_input");
  stage.backward_weight = span("backward_weight");
  if (object.has("send"))
    stage.send = span("send");
  else
    (void)object.optional("send");  // known
  stage.parameter_bytes = object.integer("parameters", parameter_range, 0) * bytes_per_scalar;
  const double bytes = object.quantity("activation_bytes", Dimension::bytes, message_bytes, 0);
  if (bytes != std::floor(bytes))
    object.optional("activation_bytes")->must_be("a whole number of bytes");
  stage.activation_bytes = static_cast<std::int64_t>(bytes);
  const std::int64_t count = object.integer("count", count_range, 1);
  object.finish();
  resolved = std::move(object.resolved());
  const std::int64_t total = static_cast<std::int64_t>(stages.size()) + count;
  if (total > topologies::most_hosts) {
    place.fault(
        fmt::format("must give at most {} stages, found {}", topologies::most_hosts, total));
    return;
  }
  stages.insert(stages.end(), static_cast<std::size_t>(count), stage);
}

}  // namespace

bool has_stages(const Place& model) {
  return model.value->is_object() && model.value->contains("stages");
}

std::vector<MeasuredStage> read_stages(const Place& place, std::int64_t bytes_per_scalar,
                                       Json& resolved) {
  std::vector<MeasuredStage> stages;
  if (place.value->is_object()) {
    read_entry(place, bytes_per_scalar, stages, resolved);
    return stages;
  }
  if (!is_list(place, "stages")) return stages;
  if (place.value->empty()) place.fault("must have at least one stage, found none");
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i)
    read_entry(place.element(i), bytes_per_scalar, stages, resolved.emplace_back());
  return stages;
}

}  // namespace lockstep::scenarios
