#include "models/readers/numerics/rank_numbers.hpp"

#include <algorithm>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/numerics/layer_views.hpp"
#include "models/readers/numerics/own_parts.hpp"
#include "models/readers/numerics/slices.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

bool holds_model(Buffer buffer) {
  return buffer == Buffer::parameters || buffer == Buffer::centre || buffer == Buffer::push_sum;
}

}  // namespace

RankNumbers::RankNumbers(const Problem& problem, Rank rank, SharedMemory* shared)
    : problem_(&problem),
      setup_(problem.setup),
      rank_(rank),
      shared_(shared),
      coding_(*problem.setup),
      synthesiser_(problem),
      gradient_read_(at(problem.setup->mlp.layers), true) {
  auto* const versions = setup_->algorithm->versions;
  if (versions != nullptr) kept_versions_ = at(versions(*setup_, rank));
}

RankNumbers::RankNumbers(const Problem& problem, Rank rank, RankModel model)
    : RankNumbers(problem, rank) {
  updates_ = model.updates;
  trained_ = std::move(model.trained);
  memory_.buffers[Buffer::parameters] = std::move(model.parameters);
}

RankModel RankNumbers::rank_model() {
  const std::span<const float> parameters = model();
  return {updates_, {parameters.begin(), parameters.end()}, trained_};
}

RankMemory RankNumbers::memory() const {
  RankMemory memory = memory_;
  memory.coding = coding_.memory();
  return memory;
}

void RankNumbers::restore(const RankMemory& memory) {
  memory_ = memory;
  coding_.restore(std::exchange(memory_.coding, {}));
}

std::span<float> RankNumbers::buffer(Buffer buffer) {
  std::vector<float>& values = memory_.buffers[buffer];
  if (values.empty()) {
    values = problem_->start;
    if (!holds_model(buffer)) std::fill(values.begin(), values.end(), 0.0F);
    if (buffer == Buffer::push_sum) values.push_back(1);
    if (buffer == Buffer::factors) {
      const Payload all{Buffer::gradients, 0, setup_->mlp.parameters()};
      const FactorCounts counts =
          factors_of(setup_->mlp, compression_of(setup_->options).encoded(all));
      values.resize(at(counts.left + counts.right));
    }
  }
  return values;
}

std::span<const float> RankNumbers::model() {
  if (shared_ != nullptr) return shared_->parameters;
  return buffer(memory_.buffers.contains(Buffer::centre) ? Buffer::centre : Buffer::parameters);
}

Matrix& RankNumbers::matrix(std::map<Place, Matrix>& all, std::int64_t layer,
                            std::int64_t micro_batch, std::int64_t samples) {
  Matrix& found = all[{layer, micro_batch}];
  const std::int64_t columns = setup_->mlp.activations_before(layer);
  if (found.rows != samples) found = zeros(samples, columns);
  return found;
}

Matrix& RankNumbers::inputs_of(const Compute& compute) {
  const auto found = activations_.find({compute.layer, compute.micro_batch});
  check(found != activations_.end() && found->second.rows == compute.samples,
        "what goes into layer {} for micro-batch {} is not there", compute.layer,
        compute.micro_batch);
  return found->second;
}

const std::vector<float>& RankNumbers::weights_of(const Compute& compute) {
  if (compute.weights != Buffer::parameters) {
    (void)buffer(compute.weights);
    return memory_.buffers[compute.weights];
  }
  (void)buffer(Buffer::parameters);
  if (compute.version == current_version || compute.version == parameter_updates_)
    return memory_.buffers[Buffer::parameters];
  const auto kept = versions_.find(compute.version);
  check(kept != versions_.end(), "version {} of the parameters is no longer there",
        compute.version);
  return kept->second;
}

void RankNumbers::begin_iteration() {
  ++iteration_;
  taken_ = 0;
  gradients_.clear();
  if (setup_->algorithm->unflushed) return;
  activations_.clear();
  done_.clear();
  places_.clear();
}

std::int64_t RankNumbers::first_place(std::int64_t micro_batch, std::int64_t samples) const {
  if (const auto known = places_.find(micro_batch); known != places_.end()) return known->second;
  const std::int64_t within = micro_batch * samples;
  const bool divided = setup_->algorithm->family == Family::data_parallel;
  std::int64_t first = divided ? setup_->samples_before(rank_) : 0;
  if (setup_->algorithm->first_sample != nullptr)
    first = setup_->algorithm->first_sample(*setup_, rank_);
  if (setup_->algorithm->unflushed) return first + within;
  return (iteration_ - 1) * setup_->global_batch + first + within;
}

void RankNumbers::gather_inputs(const Compute& compute) {
  if (activations_.contains({0, compute.micro_batch})) return;
  places_.erase(compute.micro_batch);
  std::int64_t place = first_place(compute.micro_batch, compute.samples);
  if (compute.first_sample != next_samples) {
    place = (iteration_ - 1) * setup_->global_batch + compute.first_sample;
  } else {
    if (compute.micro_batch == 0) place += taken_;
    taken_ += compute.samples;
  }
  places_[compute.micro_batch] = place;
  Matrix& inputs = matrix(activations_, 0, compute.micro_batch, compute.samples);
  for (std::int64_t row = 0; row < compute.samples; ++row) {
    const auto sample = problem_->data->training.sample(problem_->sample_at(place + row));
    std::copy(sample.begin(), sample.end(), inputs.values.begin() + row * inputs.columns);
  }
}

void RankNumbers::forward(const Compute& compute) {
  const std::int64_t layer = compute.layer;
  if (layer == 0) gather_inputs(compute);
  done_.erase({layer, compute.micro_batch});
  const LayerPart part = part_of(setup_->mlp, compute);
  Matrix& inputs = inputs_of(compute);
  Matrix& outputs = matrix(activations_, layer + 1, compute.micro_batch, compute.samples);
  auto& values = const_cast<std::vector<float>&>(weights_of(compute));
  const MatrixView weights = models::weights_of(setup_->mlp, compute, values);
  const MatrixView taken = inputs.columns_from(part.first_input, part.inputs);
  const MatrixView given = outputs.columns_from(part.first_output, part.outputs);
  if (part.activates_inputs) activate(taken, problem_->activation);
  multiply_forward(taken, weights, given);
  count_product(compute.kind, inputs.rows, weights);
  add_biases(outputs.columns_from(part.first_bias, part.biases),
             biases_of(setup_->mlp, compute, values));
  if (!part.is_summand && layer + 1 < setup_->mlp.layers) activate(given, problem_->activation);
}

Matrix& RankNumbers::output_gradient(const Compute& compute) {
  const std::int64_t after = compute.layer + 1;
  const bool is_last = after == setup_->mlp.layers;
  const bool known = gradients_.contains({after, compute.micro_batch});
  Matrix& gradient = matrix(gradients_, after, compute.micro_batch, compute.samples);
  if (!is_last || known) return gradient;
  Matrix& outputs = matrix(activations_, after, compute.micro_batch, compute.samples);
  const Dataset& data = problem_->data->training;
  const std::int64_t place = first_place(compute.micro_batch, compute.samples);
  std::vector<std::int32_t> labels;
  for (std::int64_t row = 0; row < compute.samples; ++row)
    labels.push_back(data.labels[at(problem_->sample_at(place + row))]);
  const Losses losses =
      softmax_gradient(outputs.view(), labels, data.classes,
                       1.0 / setup_->algorithm->samples_of_gradient(*setup_), gradient.view());
  loss_sum_ += losses.sum;
  loss_samples_ += compute.samples;
  return gradient;
}

void RankNumbers::backward_weight(const Compute& compute) {
  const std::int64_t layer = compute.layer;
  Matrix& gradient = output_gradient(compute);
  Matrix& inputs = inputs_of(compute);
  (void)buffer(Buffer::gradients);
  std::vector<float>& sums = memory_.buffers[Buffer::gradients];
  const LayerPart part = part_of(setup_->mlp, compute);
  const MatrixView weights = models::weights_of(setup_->mlp, compute, sums);
  const auto all = std::span(sums).subspan(at(setup_->mlp.parameters({0, layer})),
                                           at(setup_->mlp.parameters_of_layer(layer)));
  if (gradient_read_[at(layer)]) std::fill(all.begin(), all.end(), 0.0F);
  gradient_read_[at(layer)] = false;
  multiply_backward_weight(gradient.columns_from(part.first_output, part.outputs),
                           inputs.columns_from(part.first_input, part.inputs), weights);
  count_product(compute.kind, inputs.rows, weights);
  sum_rows(gradient.columns_from(part.first_bias, part.biases),
           biases_of(setup_->mlp, compute, sums));
}

// The derivative is a factor: it does not matter whether it comes before or after a sum of parts.
void RankNumbers::backward_input(const Compute& compute) {
  const LayerPart part = part_of(setup_->mlp, compute);
  Matrix& gradient = output_gradient(compute);
  Matrix& result = matrix(gradients_, compute.layer, compute.micro_batch, compute.samples);
  Matrix& inputs = inputs_of(compute);
  auto& values = const_cast<std::vector<float>&>(weights_of(compute));
  const MatrixView weights = models::weights_of(setup_->mlp, compute, values);
  const MatrixView given = result.columns_from(part.first_input, part.inputs);
  multiply_backward_input(gradient.columns_from(part.first_output, part.outputs), weights, given);
  count_product(compute.kind, inputs.rows, weights);
  const bool derivative_is_receivers =
      setup_->algorithm->gradients_by_outputs &&
      compute.layer == layers_of_stage(setup_->mlp, setup_->workers, rank_).first;
  if (derivative_is_receivers) return;
  multiply_derivative(given, inputs.columns_from(part.first_input, part.inputs),
                      problem_->activation);
}

void RankNumbers::through_activation(Place place) {
  const auto outputs = activations_.find(place);
  check(outputs != activations_.end(), "the outputs of layer {} for micro-batch {} are not there",
        place.first - 1, place.second);
  multiply_derivative(gradients_[place].view(), outputs->second.view(), problem_->activation);
}

// Once a layer's backward pass is done, what only it needed can go.
void RankNumbers::finish(const Compute& compute) {
  const Place before{compute.layer, compute.micro_batch};
  const Place after{compute.layer + 1, compute.micro_batch};
  Done& done = done_[before];
  (compute.kind == ComputeKind::backward_weight ? done.weight : done.input) = true;
  if (!done.weight || !(done.input || compute.layer == 0)) return;
  done_.erase(before);
  activations_.erase(before);
  activations_.erase(after);
  gradients_.erase(after);
  if (compute.layer == 0) places_.erase(compute.micro_batch);
}

void RankNumbers::compute(const Compute& compute, double left) {
  if (compute.synthesiser_layer > 0) return synthesise(compute);
  if (left > 0) {
    const Count all = layer_product(setup_->mlp, compute.layer, compute.samples).flops;
    flops_[compute.kind] += all - static_cast<Count>(left * to_double(all));
    return;
  }
  switch (compute.kind) {
    case ComputeKind::forward:
      return forward(compute);
    case ComputeKind::backward_weight:
      backward_weight(compute);
      break;
    case ComputeKind::backward_input:
      backward_input(compute);
      break;
    case ComputeKind::reduce:
    case ComputeKind::update:
      check(false, "a product is not of this kind");
  }
  finish(compute);
}

void RankNumbers::synthesise(const Compute& compute) {
  const Place after{compute.layer + 1, compute.micro_batch};
  // Those of an earlier mini-batch are gone when it learns; the synthesiser has kept what it needs.
  const auto outputs = activations_.find(after);
  const MatrixView gradient = matrix(gradients_, after.first, after.second, compute.samples).view();
  flops_[compute.kind] += synthesiser_.compute(
      compute, outputs == activations_.end() ? MatrixView{} : outputs->second.view(), gradient);
}

std::span<float> RankNumbers::buffer_of(void* self, Buffer buffer) {
  auto& numbers = *static_cast<RankNumbers*>(self);
  return slice(numbers.buffer(buffer), numbers.current_update_->payload);
}

std::span<float> RankNumbers::whole_of(void* self, Buffer buffer) {
  return static_cast<RankNumbers*>(self)->buffer(buffer);
}

std::span<float> RankNumbers::state_of(void* self, int index, bool from_parameters) {
  auto& numbers = *static_cast<RankNumbers*>(self);
  const Update& update = *numbers.current_update_;
  const UpdateRule* owner = update.rule->state_of != nullptr ? update.rule->state_of : update.rule;
  std::vector<float>& values = numbers.memory_.states[{owner, index, update.payload.offset}];
  if (values.empty()) {
    values.assign(at(update.payload.count), 0.0F);
    const auto first = numbers.problem_->start.begin() + update.payload.offset;
    if (from_parameters) std::copy_n(first, update.payload.count, values.begin());
  }
  check(values.size() == at(update.payload.count),
        "\"{}\" is applied to different parts of the model in turn", update.rule->name);
  return values;
}

void RankNumbers::note_trained(const std::vector<Payload>& parts) {
  const auto range_of = [](const Payload& part) {
    return std::pair{part.offset, part.offset + part.count};
  };
  if (std::find(trained_.begin(), trained_.end(), range_of(parts.front())) != trained_.end())
    return;
  for (const Payload& part : parts) trained_.push_back(range_of(part));
}

// Only `payload` of the parameters ever changes, so that the oldest version makes room.
void RankNumbers::keep_version(const Payload& payload) {
  if (kept_versions_ == 0) return;
  std::vector<float> kept;
  if (versions_.size() == kept_versions_)
    kept = std::move(versions_.extract(versions_.begin()).mapped());
  else
    kept = problem_->start;
  const std::span<const float> present = elements(payload);
  std::copy(present.begin(), present.end(), slice(kept, payload).begin());
  versions_.emplace(parameter_updates_, std::move(kept));
}

void RankNumbers::update(const Update& update) {
  if (update.payload.buffer == Buffer::synthesiser) {
    flops_[ComputeKind::update] +=
        update_work(setup_->mlp, update.payload.count, *update.rule).flops;
    return synthesiser_.update(update);
  }
  flops_[ComputeKind::update] += update_work(setup_->mlp, update.payload.count, *update.rule).flops;
  const std::vector<Payload> parts = parts_of(*setup_, rank_, update.payload);
  if (is_of_model(update.payload.buffer)) ++updates_;
  if (parts.empty()) return;
  if (is_of_model(update.payload.buffer)) note_trained(parts);
  const bool of_parameters = parts.front().buffer == Buffer::parameters;
  if (of_parameters) keep_version(parts.front());
  check(update.rule->step != nullptr, "the update rule \"{}\" has no numbers", update.rule->name);
  Update one = update;
  for (const Payload& part : parts) {
    one.payload = part;
    apply(one);
  }
  if (of_parameters) ++parameter_updates_;
}

// To elements in a row.
void RankNumbers::apply(const Update& update) {
  const Payload& payload = update.payload;
  Payload gradients = payload;
  gradients.buffer = Buffer::gradients;
  current_update_ = &update;
  UpdateSite site;
  site.setup = setup_;
  site.rank = rank_;
  site.source = source_;
  site.version = source_version_;
  site.staleness = update.staleness;
  site.number = ++memory_.times[{update.rule, payload.offset}];
  site.payload = payload;
  const bool in_shared = shared_ != nullptr && update.read_version != not_shared;
  site.parameters = slice(buffer(payload.buffer), payload);
  site.gradients = elements(gradients);
  site.memory = this;
  site.buffer_of = buffer_of;
  site.whole_of = whole_of;
  site.state_of = state_of;
  if (in_shared)
    step_on_shared(*update.rule, site);
  else
    update.rule->step(site);
  mark_read(gradients);
}

}  // namespace lockstep::models
