// What operations on buffers do to a rank's numbers: messages that come and go, sums, copies.
#include <algorithm>
#include <atomic>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/numerics/own_parts.hpp"
#include "models/readers/numerics/rank_numbers.hpp"
#include "models/readers/numerics/slices.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

// Others may write meanwhile: each scalar is read whole, and that is all.
void read_relaxed(std::span<float> shared, std::span<float> mine) {
  for (std::size_t i = 0; i < shared.size(); ++i)
    mine[i] = std::atomic_ref(shared[i]).load(std::memory_order_relaxed);
}

// Changes each scalar by as much as `before` and `after` differ, without a lock: what another
// writes between the read and the write is lost (Niu et al., section 4).
void add_change_relaxed(std::span<const float> before, std::span<const float> after,
                        std::span<float> shared) {
  for (std::size_t i = 0; i < shared.size(); ++i) {
    const std::atomic_ref scalar(shared[i]);
    const float now = scalar.load(std::memory_order_relaxed);
    const bool alone = now == before[i];
    scalar.store(alone ? after[i] : now + (after[i] - before[i]), std::memory_order_relaxed);
  }
}

bool is_activations(Buffer buffer) {
  return buffer == Buffer::activations || buffer == Buffer::activation_gradients;
}

bool is_own(Buffer buffer) {
  return buffer == Buffer::own_parameters || buffer == Buffer::own_gradients;
}

}  // namespace

Matrix& RankNumbers::matrix_of(const Payload& payload) {
  const std::int64_t columns = setup_->mlp.activations_before(payload.layer);
  auto& all = payload.buffer == Buffer::activations ? activations_ : gradients_;
  const auto found = all.find({payload.layer, payload.micro_batch});
  std::int64_t samples = payload.samples > 0 ? payload.samples : payload.count / columns;
  if (found != all.end()) samples = found->second.rows;
  return matrix(all, payload.layer, payload.micro_batch, samples);
}

std::span<float> RankNumbers::elements(const Payload& payload) {
  check(!is_own(payload.buffer), "a rank's own parts do not stand in a row");
  return slice(is_activations(payload.buffer) ? matrix_of(payload).values : buffer(payload.buffer),
               payload);
}

template <class Visit>
void RankNumbers::for_elements(const Payload& payload, const Visit& visit) {
  if (is_activations(payload.buffer)) {
    Matrix& values = matrix_of(payload);
    if (payload.count < values.rows * values.columns) {
      for (std::int64_t i = 0; i < payload.count; ++i)
        visit(values.by_feature(payload.offset + i), at(i));
      return;
    }
  }
  std::size_t index = 0;
  for (const Payload& part : parts_of(*setup_, rank_, payload))
    for (float& element : elements(part)) visit(element, index++);
}

std::span<float> RankNumbers::in_a_row(const Payload& payload, std::vector<float>& copy) {
  if (!is_own(payload.buffer)) return elements(payload);
  copy.resize(at(payload.count));
  for_elements(payload, [&](float element, std::size_t i) { copy[i] = element; });
  return copy;
}

void RankNumbers::put_back(const Payload& payload, std::span<const float> row) {
  if (!is_own(payload.buffer)) return;
  for_elements(payload, [&](float& element, std::size_t i) { element = row[i]; });
}

std::vector<float> RankNumbers::copy_of(const Payload& payload) {
  if (payload.count == 0) return {};
  mark_read(payload);
  std::vector<float> values;
  if (is_activations(payload.buffer)) {
    values.resize(at(payload.count));
    for_elements(payload, [&](float element, std::size_t i) { values[i] = element; });
    return values;
  }
  values.reserve(at(payload.count));
  for (const Payload& part : parts_of(*setup_, rank_, payload)) {
    const std::span<const float> row = elements(part);
    values.insert(values.end(), row.begin(), row.end());
  }
  return values;
}

WireContent RankNumbers::message_of(const Payload& payload) {
  std::span<const float> factors;
  if (payload.encoding == Encoding::low_rank) factors = coding_.own_factors(payload);
  return to_wire(setup_->mlp, payload, copy_of(payload), factors);
}

void RankNumbers::mark_read(const Payload& payload) {
  for (const Payload& part : parts_of(*setup_, rank_, payload)) {
    if (part.buffer != Buffer::gradients || part.count == 0) continue;
    std::int64_t first = 0;
    for (std::int64_t layer = 0; layer < setup_->mlp.layers; ++layer) {
      const std::int64_t end = first + setup_->mlp.parameters_of_layer(layer);
      if (part.offset < end && first < part.offset + part.count) gradient_read_[at(layer)] = true;
      first = end;
    }
  }
}

void RankNumbers::reduce(const Message& message, std::span<const float> content) {
  flops_[ComputeKind::reduce] += reduce_work(setup_->mlp, message.payload).flops;
  check(content.size() == at(message.payload.count), "a message that is folded has no numbers");
  for_elements(message.payload, [&](float& mine, std::size_t i) { mine += content[i]; });
}

void RankNumbers::store(const Message& message, std::span<const float> content) {
  source_ = message.source;
  source_version_ = message.version;
  check(content.size() == at(message.payload.count), "a message that is stored has no numbers");
  for_elements(message.payload, [&](float& mine, std::size_t i) { mine = content[i]; });
  if (message.payload.buffer == Buffer::activation_gradients &&
      setup_->algorithm->gradients_by_outputs)
    through_activation({message.payload.layer, message.payload.micro_batch});
}

std::span<float> RankNumbers::shared_sum(const Payload& payload) {
  if (std::exchange(shared_->sum_was_read, false))
    shared_->sum.assign(shared_->parameters.size(), 0.0F);
  return slice(shared_->sum, payload);
}

void RankNumbers::accumulate(const Accumulate& accumulate) {
  const Payload& payload = accumulate.payload;
  std::unique_lock<std::mutex> lock;
  if (accumulate.shared) lock = std::unique_lock(shared_->sum_mutex);
  flops_[ComputeKind::reduce] += reduce_work(setup_->mlp, payload).flops;
  std::vector<float> own;
  const std::span<float> sum = accumulate.shared ? shared_sum(payload) : in_a_row(payload, own);
  Payload other = payload;
  other.buffer = accumulate.from;
  mark_read(other);
  const std::span<const float> added = elements(other);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += added[i];
  put_back(payload, sum);
}

void RankNumbers::copy(const Copy& copy) {
  mark_read(copy.payload);
  std::vector<float> own;
  const std::span<const float> from = in_a_row(copy.payload, own);
  Payload target = copy.payload;
  target.buffer = copy.to;
  const std::span<float> to = elements(target);
  const auto factor = static_cast<float>(copy.factor);
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = factor * from[i];
}

void RankNumbers::step_on_shared(const UpdateRule& rule, UpdateSite& site) {
  const std::span<float> shared = slice(shared_->parameters, site.payload);
  std::vector<float> before(shared.size());
  read_relaxed(shared, before);
  std::vector<float> after = before;
  site.parameters = after;
  rule.step(site);
  add_change_relaxed(before, after, shared);
}

void RankNumbers::transcode(const Transcode& transcode) {
  flops_[ComputeKind::reduce] += transcode_work(setup_->mlp, transcode).flops;
  const Payload& payload = transcode.payload;
  std::vector<float> own;
  const std::span<float> scalars = in_a_row(payload, own);
  coding_.carry_out(transcode, scalars, factors_for(payload));
  put_back(payload, scalars);
}

// Parts of layers can have more of them than the model.
std::span<float> RankNumbers::factors_for(const Payload& payload) {
  if (payload.encoding != Encoding::low_rank) return {};
  const FactorCounts counts = factors_of(setup_->mlp, payload);
  const std::size_t needed = at(counts.left + counts.right);
  if (buffer(Buffer::factors).size() < needed) memory_.buffers[Buffer::factors].resize(needed);
  return buffer(Buffer::factors);
}

void RankNumbers::read_shared(const Payload& payload) {
  const bool of_sum = payload.buffer == Buffer::gradient_sum;
  const std::span<float> mine = slice(buffer(payload.buffer), payload);
  if (!of_sum) return read_relaxed(slice(shared_->parameters, payload), mine);
  const std::lock_guard lock(shared_->sum_mutex);
  shared_->sum_was_read = true;
  const std::span<const float> from = slice(shared_->sum, payload);
  std::copy(from.begin(), from.end(), mine.begin());
}

}  // namespace lockstep::models
