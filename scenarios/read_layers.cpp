// `model/layers` as a list: layers that are not all equally wide.
#include <fmt/format.h>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::LayerShape;

// Adds what one entry stands for: `count` layers alike.
void read_entry(const Place& place, std::vector<LayerShape>& shapes, Json& resolved) {
  ObjectReader object(place);
  LayerShape shape;
  shape.inputs = object.integer("inputs", width_range);
  shape.outputs = object.integer("outputs", width_range);
  const std::int64_t count = object.integer("count", layer_range, 1);
  object.finish();
  resolved = std::move(object.resolved());
  const auto misfit = [&](std::string_view key, std::string message) {
    place.faults->add(child_pointer(place.pointer, key), std::move(message));
  };
  const bool known = shape.inputs > 0 && shape.outputs > 0;
  if (known && !shapes.empty() && shapes.back().outputs > 0 &&
      shapes.back().outputs != shape.inputs)
    misfit("inputs", fmt::format("must be the {} outputs of the layer before, found {}",
                                 shapes.back().outputs, shape.inputs));
  if (known && count > 1 && shape.inputs != shape.outputs)
    misfit("count", fmt::format("must be 1 for a layer of {} inputs and {} outputs, found {}",
                                shape.inputs, shape.outputs, count));
  const auto total = static_cast<std::int64_t>(shapes.size()) + count;
  if (total > layer_range.most) {
    place.fault(fmt::format("must give at most {} layers, found {}", layer_range.most, total));
    return;
  }
  shapes.insert(shapes.end(), static_cast<std::size_t>(count), shape);
}

}  // namespace

bool has_layer_list(const Place& model) {
  return model.value->is_object() && model.value->contains("layers") &&
         (*model.value)["layers"].is_array();
}

std::vector<LayerShape> read_layers(const Place& place, Json& resolved) {
  std::vector<LayerShape> shapes;
  if (place.value->empty()) place.fault("must have at least one layer, found none");
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i)
    read_entry(place.element(i), shapes, resolved.emplace_back());
  return shapes;
}

}  // namespace lockstep::scenarios
