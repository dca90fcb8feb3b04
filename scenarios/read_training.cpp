// `model` and `training`.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

constexpr IntegerRange batch_range{1, 1'000'000'000'000};
constexpr IntegerRange iteration_range{1, 1'000'000'000};
constexpr double most_bytes = 9e18;

// A layer for each stage, and payloads in bytes: see `models::Setup::measured`.
models::Mlp read_measured_model(ObjectReader& object,
                                std::vector<models::MeasuredStage>& measured) {
  for (const std::string_view key : {"layers", "width", "precision"})
    if (object.has(key)) object.misplaced(key, R"(cannot be combined with "stages")");
  const auto place = object.optional("stages");
  const std::int64_t bytes_per_scalar = read_scalar_bytes(object);
  Json part;
  const std::size_t faults_before = place->faults->count();
  measured = read_stages(*place, bytes_per_scalar, part);
  object.resolve("stages", std::move(part));
  object.finish();
  if (place->faults->count() > faults_before) measured.clear();  // how many there are is in doubt
  return {static_cast<std::int64_t>(measured.size()), 0, models::Precision::of(1)};
}

// Layers that could not all be read, or do not fit, are none: how many there are is in doubt.
models::Mlp read_layer_list(ObjectReader& object) {
  if (object.has("width"))
    object.misplaced("width", R"(cannot be combined with a list of "layers")");
  const auto place = object.optional("layers");
  const std::size_t faults_before = place->faults->count();
  Json part;
  models::Mlp mlp;
  mlp.shapes = read_layers(*place, part);
  object.resolve("layers", std::move(part));
  if (place->faults->count() > faults_before) mlp.shapes.clear();
  mlp.layers = static_cast<std::int64_t>(mlp.shapes.size());
  return mlp;
}

// Of parameters, or of their gradients, whichever are longer.
double parameter_bytes(const models::Mlp& mlp) {
  double scalars = 0;
  const auto add = [&](const models::LayerShape& shape, double count) {
    scalars += count * static_cast<double>(shape.outputs) * (static_cast<double>(shape.inputs) + 1);
  };
  for (const models::LayerShape& shape : mlp.shapes) add(shape, 1);
  if (mlp.equally_wide()) add({mlp.width, mlp.width}, static_cast<double>(mlp.layers));
  return scalars * static_cast<double>(std::max(mlp.precision.parameters, mlp.precision.gradients));
}

}  // namespace

models::Mlp read_model(const Place& place, std::vector<models::MeasuredStage>& measured,
                       Json& resolved) {
  ObjectReader object(place);
  models::Mlp mlp;
  if (has_stages(place)) {
    mlp = read_measured_model(object, measured);
    resolved = std::move(object.resolved());
    return mlp;
  }
  if (has_layer_list(place)) {
    mlp = read_layer_list(object);
  } else {
    mlp.layers = object.integer("layers", layer_range);
    mlp.width = object.integer("width", width_range);
  }
  mlp.precision = read_precision(object);
  object.finish();
  const double bytes = parameter_bytes(mlp);
  if (bytes > most_bytes)
    place.fault(
        fmt::format("must have at most {} bytes of parameters, found {:.3g}", most_bytes, bytes));
  resolved = std::move(object.resolved());
  return mlp;
}

namespace {

constexpr std::string_view per_worker_key = "batch_per_worker";
constexpr std::string_view global_key = "global_batch";

// The samples of each worker. Returns the most that one has, or 0 after a fault.
std::int64_t read_batches(const Place& place, models::Shares& shares) {
  const std::size_t faults_before = place.faults->count();
  for (std::size_t i = 0; i < place.value->size(); ++i)
    shares.samples.push_back(read_integer(place.element(i), batch_range).value_or(0));
  if (place.value->empty()) place.fault("must have an entry for each worker, found none");
  if (place.faults->count() == faults_before) return std::ranges::max(shares.samples);
  shares.samples.clear();
  return 0;
}

// Parts of the mini-batch that sum to 1, samples that sum to all of it, or "by_speed".
void read_shares(ObjectReader& object, models::Training& training) {
  const auto place = object.optional("shares");
  if (!place) return;
  object.resolve("shares", *place->value);
  if (!training.batch_is_global) return place->fault(R"(needs "global_batch", which it divides)");
  if (place->value->is_string()) {
    static constexpr std::array<std::string_view, 1> words = {"by_speed"};
    training.shares.by_speed = read_choice(*place, "way to divide", words).has_value();
    return;
  }
  if (!is_list(*place, R"(numbers, or "by_speed")")) return;
  const std::size_t faults_before = place->faults->count();
  double sum = 0;
  for (std::size_t i = 0; i < place->value->size(); ++i) {
    training.shares.parts.push_back(read_number(place->element(i), positive).value_or(1));
    sum += training.shares.parts.back();
  }
  if (place->faults->count() > faults_before || training.batch == 0) return;
  const auto batch = static_cast<double>(training.batch);
  const auto is_near = [&](double wanted) { return std::abs(sum - wanted) <= 1e-9 * wanted; };
  if (!is_near(1) && !is_near(batch))
    return place->fault(fmt::format("must sum to 1, or to the {} samples of a mini-batch, found {}",
                                    training.batch, sum));
  const auto is_whole = [](double part) { return !(part > std::floor(part)); };
  if (is_near(batch) && std::ranges::all_of(training.shares.parts, is_whole)) {
    for (const double part : training.shares.parts)
      training.shares.samples.push_back(static_cast<std::int64_t>(part));
    training.shares.parts.clear();
  }
}

void read_batch(ObjectReader& object, const models::Mlp& mlp, models::Training& training) {
  const bool per_worker = object.has(per_worker_key);
  const bool global = object.has(global_key);
  if (per_worker && global) {
    object.place().faults->add(child_pointer(object.place().pointer, global_key),
                               fmt::format("cannot be combined with \"{}\"", per_worker_key));
  } else if (!per_worker && !global && object.place().value->is_object()) {
    object.place().fault(
        fmt::format("one of \"{}\" and \"{}\" is missing", per_worker_key, global_key));
  }
  training.batch_is_global = global && !per_worker;
  const std::size_t faults_before = object.place().faults->count();
  const auto found = object.optional(per_worker_key);
  const auto other = object.optional(global_key);
  for (const auto& batch : {found, other}) {
    if (!batch) continue;
    training.batch = batch->pointer.ends_with(per_worker_key) && batch->value->is_array()
                         ? read_batches(*batch, training.shares)
                         : read_integer(*batch, batch_range).value_or(0);
    const double bytes = static_cast<double>(training.batch) * static_cast<double>(mlp.widest()) *
                         static_cast<double>(mlp.precision.activations);
    if (bytes > most_bytes)
      batch->fault(fmt::format("must make at most {} bytes of activations a layer, found {:.3g}",
                               most_bytes, bytes));
  }
  const bool in_doubt = per_worker && global;
  if (in_doubt || object.place().faults->count() > faults_before) training.batch = 0;
  if (training.shares.samples.empty())
    object.resolve(training.batch_is_global ? global_key : per_worker_key, training.batch);
  else
    object.resolve(per_worker_key, training.shares.samples);
  read_shares(object, training);
}

// Any 64-bit number without sign.
std::uint64_t read_seed(ObjectReader& object) {
  constexpr std::string_view key = "seed";
  std::uint64_t seed = 1;
  if (const auto found = object.optional(key)) {
    if (found->value->is_number_unsigned()) {
      seed = found->value->get<std::uint64_t>();
    } else {
      constexpr std::int64_t most_exact = std::int64_t{1} << 53;
      seed = static_cast<std::uint64_t>(read_integer(*found, {0, most_exact}).value_or(1));
    }
  }
  object.resolve(key, seed);
  return seed;
}

}  // namespace

TrainingPart read_training(const Place& place, const models::Mlp& mlp, Json& resolved) {
  ObjectReader object(place);
  TrainingPart part;
  models::Training& training = part.training;
  read_batch(object, mlp, training);
  training.iterations = object.integer("iterations", iteration_range, training.iterations);
  training.learning_rate = object.number("learning_rate", positive, training.learning_rate);
  training.seed = read_seed(object);
  Json optimizer = {{"kind", training.optimizer.rule->name}};
  if (const auto found = object.optional("optimizer"))
    training.optimizer = read_optimizer(*found, optimizer);
  object.resolve("optimizer", std::move(optimizer));
  if (const auto found = object.optional("checkpoint")) {
    Json checkpoint;
    part.checkpointing = read_checkpointing(*found, checkpoint);
    object.resolve("checkpoint", std::move(checkpoint));
  }
  if (object.has("target_accuracy"))
    part.target_accuracy = object.number("target_accuracy", {0, 1, true});
  (void)object.optional("target_accuracy");  // known, though absent
  object.finish();
  resolved = std::move(object.resolved());
  return part;
}

}  // namespace lockstep::scenarios
