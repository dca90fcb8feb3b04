#include "models/numerics/rank_numbers.hpp"

#include <algorithm>
#include <utility>

#include "models/algorithm.hpp"
#include "models/compression/compression.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

bool holds_model(Buffer buffer) { return buffer == Buffer::parameters || buffer == Buffer::centre; }

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

std::span<float> slice(std::span<float> all, const Payload& payload) {
  return all.subspan(at(payload.offset), at(payload.count));
}

}  // namespace

RankNumbers::RankNumbers(const Problem& problem, Rank rank, std::vector<float>* shared)
    : problem_(&problem),
      setup_(problem.setup),
      rank_(rank),
      shared_(shared),
      synthesiser_(problem),
      gradient_read_(at(problem.setup->mlp.layers), true) {
  auto* const versions = setup_->algorithm->versions;
  if (versions != nullptr) kept_versions_ = at(versions(*setup_, rank));
}

std::span<float> RankNumbers::buffer(Buffer buffer) {
  std::vector<float>& values = buffers_[buffer];
  if (values.empty()) {
    values = problem_->start;
    if (!holds_model(buffer)) std::fill(values.begin(), values.end(), 0.0F);
  }
  return values;
}

std::span<const float> RankNumbers::model() {
  if (shared_ != nullptr) return *shared_;
  return buffer(buffers_.contains(Buffer::centre) ? Buffer::centre : Buffer::parameters);
}

RankNumbers::Matrix& RankNumbers::matrix(std::map<Place, Matrix>& all, std::int64_t layer,
                                         std::int64_t micro_batch, std::int64_t samples) {
  Matrix& found = all[{layer, micro_batch}];
  const std::int64_t columns = setup_->mlp.activations_before(layer);
  if (found.rows != samples) found = {samples, columns, std::vector<float>(at(samples * columns))};
  return found;
}

RankNumbers::Matrix& RankNumbers::inputs_of(const Compute& compute) {
  const auto found = activations_.find({compute.layer, compute.micro_batch});
  check(found != activations_.end() && found->second.rows == compute.samples,
        "what goes into layer {} for micro-batch {} is not there", compute.layer,
        compute.micro_batch);
  return found->second;
}

std::span<float> RankNumbers::elements(const Payload& payload) {
  const bool forth = payload.buffer == Buffer::activations;
  if (!forth && payload.buffer != Buffer::activation_gradients)
    return slice(buffer(payload.buffer), payload);
  const std::int64_t columns = setup_->mlp.activations_before(payload.layer);
  const auto& there = forth ? activations_ : gradients_;
  const auto found = there.find({payload.layer, payload.micro_batch});
  const std::int64_t samples = found != there.end() ? found->second.rows : payload.count / columns;
  Matrix& values =
      matrix(forth ? activations_ : gradients_, payload.layer, payload.micro_batch, samples);
  return slice(values.values, payload);
}

std::vector<float> RankNumbers::copy_of(const Payload& payload) {
  if (payload.count == 0) return {};
  mark_read(payload);
  const std::span<const float> values = elements(payload);
  return {values.begin(), values.end()};
}

void RankNumbers::mark_read(const Payload& payload) {
  if (payload.buffer != Buffer::gradients || payload.count == 0) return;
  std::int64_t first = 0;
  for (std::int64_t layer = 0; layer < setup_->mlp.layers; ++layer) {
    const std::int64_t end = first + setup_->mlp.parameters_of_layer(layer);
    if (payload.offset < end && first < payload.offset + payload.count)
      gradient_read_[at(layer)] = true;
    first = end;
  }
}

const std::vector<float>& RankNumbers::weights_of(const Compute& compute) {
  if (compute.weights != Buffer::parameters) {
    (void)buffer(compute.weights);
    return buffers_[compute.weights];
  }
  (void)buffer(Buffer::parameters);
  if (compute.version == current_version || compute.version == parameter_updates_)
    return buffers_[Buffer::parameters];
  const auto kept = versions_.find(compute.version);
  check(kept != versions_.end(), "version {} of the parameters is no longer there",
        compute.version);
  return kept->second;
}

MatrixView RankNumbers::weights_view(std::vector<float>& values, std::int64_t layer) const {
  const LayerShape shape = setup_->mlp.shape(layer);
  return {values.data() + setup_->mlp.parameters({0, layer}), shape.outputs, shape.inputs,
          shape.inputs};
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
  const std::int64_t first = divided ? rank_ * setup_->batch_per_worker : 0;
  if (setup_->algorithm->unflushed) return first + within;
  return (iteration_ - 1) * setup_->global_batch + first + within;
}

void RankNumbers::gather_inputs(const Compute& compute) {
  if (activations_.contains({0, compute.micro_batch})) return;
  std::int64_t place = first_place(compute.micro_batch, compute.samples);
  if (compute.micro_batch == 0) place += taken_;
  taken_ += compute.samples;
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
  Matrix& inputs = inputs_of(compute);
  Matrix& outputs = matrix(activations_, layer + 1, compute.micro_batch, compute.samples);
  auto& values = const_cast<std::vector<float>&>(weights_of(compute));
  const MatrixView weights = weights_view(values, layer);
  multiply_forward(inputs.view(), weights, outputs.view());
  count_product(compute.kind, inputs.rows, weights);
  add_biases(outputs.view(),
             std::span(values).subspan(at(setup_->mlp.parameters({0, layer + 1}) - weights.rows),
                                       at(weights.rows)));
  if (layer + 1 < setup_->mlp.layers) activate(outputs.view(), problem_->activation);
}

RankNumbers::Matrix& RankNumbers::output_gradient(const Compute& compute) {
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
                       1.0 / static_cast<double>(samples_of_gradient(*setup_)), gradient.view());
  loss_sum_ += losses.sum;
  loss_samples_ += compute.samples;
  return gradient;
}

void RankNumbers::backward_weight(const Compute& compute) {
  const std::int64_t layer = compute.layer;
  Matrix& gradient = output_gradient(compute);
  Matrix& inputs = inputs_of(compute);
  (void)buffer(Buffer::gradients);
  std::vector<float>& sums = buffers_[Buffer::gradients];
  const MatrixView weights = weights_view(sums, layer);
  const auto all = std::span(sums).subspan(at(setup_->mlp.parameters({0, layer})),
                                           at(setup_->mlp.parameters_of_layer(layer)));
  if (gradient_read_[at(layer)]) std::fill(all.begin(), all.end(), 0.0F);
  gradient_read_[at(layer)] = false;
  multiply_backward_weight(gradient.view(), inputs.view(), weights);
  count_product(compute.kind, inputs.rows, weights);
  sum_rows(gradient.view(), all.last(at(weights.rows)));
}

void RankNumbers::backward_input(const Compute& compute) {
  Matrix& gradient = output_gradient(compute);
  Matrix& result = matrix(gradients_, compute.layer, compute.micro_batch, compute.samples);
  Matrix& inputs = inputs_of(compute);
  auto& values = const_cast<std::vector<float>&>(weights_of(compute));
  const MatrixView weights = weights_view(values, compute.layer);
  multiply_backward_input(gradient.view(), weights, result.view());
  count_product(compute.kind, inputs.rows, weights);
  multiply_derivative(result.view(), inputs.view(), problem_->activation);
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

void RankNumbers::compute(const Compute& compute) {
  if (compute.synthesiser_layer > 0) return synthesise(compute);
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

void RankNumbers::reduce(const Message& message, std::span<const float> content) {
  flops_[ComputeKind::reduce] += reduce_work(setup_->mlp, message.payload).flops;
  const std::span<float> mine = elements(message.payload);
  for (std::size_t i = 0; i < mine.size(); ++i) mine[i] += content[i];
}

void RankNumbers::store(const Message& message, std::span<const float> content) {
  source_ = message.source;
  source_version_ = message.version;
  const std::span<float> mine = elements(message.payload);
  std::copy(content.begin(), content.end(), mine.begin());
}

void RankNumbers::accumulate(const Payload& payload) {
  flops_[ComputeKind::reduce] += fold(setup_->mlp, payload.count).flops;
  const std::span<float> sum = elements(payload);
  Payload gradients = payload;
  gradients.buffer = Buffer::gradients;
  mark_read(gradients);
  const std::span<const float> added = elements(gradients);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += added[i];
}

void RankNumbers::copy(const Copy& copy) {
  mark_read(copy.payload);
  const std::span<const float> from = elements(copy.payload);
  Payload target = copy.payload;
  target.buffer = copy.to;
  const std::span<float> to = elements(target);
  const auto factor = static_cast<float>(copy.factor);
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = factor * from[i];
}

void RankNumbers::transcode(const Transcode& transcode) {
  flops_[ComputeKind::reduce] += transcode_work(setup_->mlp, transcode).flops;
}

void RankNumbers::read_shared(const Payload& payload) {
  const std::span<const float> from = slice(*shared_, payload);
  std::copy(from.begin(), from.end(), slice(buffer(payload.buffer), payload).begin());
}

std::span<float> RankNumbers::buffer_of(void* self, Buffer buffer) {
  auto& numbers = *static_cast<RankNumbers*>(self);
  return slice(numbers.buffer(buffer), numbers.current_update_->payload);
}

std::span<float> RankNumbers::state_of(void* self, int index, bool from_parameters) {
  auto& numbers = *static_cast<RankNumbers*>(self);
  const Update& update = *numbers.current_update_;
  std::vector<float>& values = numbers.states_[{update.rule, index}];
  if (values.empty()) {
    values = numbers.problem_->start;
    if (!from_parameters) std::fill(values.begin(), values.end(), 0.0F);
  }
  return slice(values, update.payload);
}

void RankNumbers::note_trained(const Payload& payload) {
  const std::pair<std::int64_t, std::int64_t> range{payload.offset, payload.offset + payload.count};
  if (std::find(trained_.begin(), trained_.end(), range) == trained_.end())
    trained_.push_back(range);
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
  const Payload& payload = update.payload;
  flops_[ComputeKind::update] += update_work(setup_->mlp, payload.count, *update.rule).flops;
  if (is_of_model(payload.buffer)) {
    ++updates_;
    note_trained(payload);
  }
  const bool of_parameters = payload.buffer == Buffer::parameters;
  if (of_parameters) keep_version(payload);
  Payload gradients = payload;
  gradients.buffer = Buffer::gradients;
  current_update_ = &update;
  UpdateSite site;
  site.setup = setup_;
  site.rank = rank_;
  site.source = source_;
  site.version = source_version_;
  site.staleness = update.staleness;
  site.payload = payload;
  const bool in_shared = shared_ != nullptr && update.read_version != not_shared;
  site.parameters = slice(in_shared ? std::span<float>(*shared_) : buffer(payload.buffer), payload);
  site.gradients = elements(gradients);
  site.memory = this;
  site.buffer_of = buffer_of;
  site.state_of = state_of;
  check(update.rule->step != nullptr, "the update rule \"{}\" has no numbers", update.rule->name);
  update.rule->step(site);
  mark_read(gradients);
  if (of_parameters) ++parameter_updates_;
}

}  // namespace lockstep::models
