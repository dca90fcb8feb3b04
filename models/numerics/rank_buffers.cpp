// What operations on buffers do to a rank's numbers: messages that come and go, sums, copies.
#include <algorithm>
#include <utility>

#include "models/compression/compression.hpp"
#include "models/numerics/own_parts.hpp"
#include "models/numerics/rank_numbers.hpp"
#include "models/numerics/slices.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

bool is_activations(Buffer buffer) {
  return buffer == Buffer::activations || buffer == Buffer::activation_gradients;
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

std::vector<float> RankNumbers::copy_of(const Payload& payload) {
  if (payload.count == 0) return {};
  mark_read(payload);
  std::vector<float> values(at(payload.count));
  for_elements(payload, [&](float element, std::size_t i) { values[i] = element; });
  return values;
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
}

std::span<float> RankNumbers::shared_sum(const Payload& payload) {
  if (std::exchange(shared_->sum_was_read, false))
    shared_->sum.assign(shared_->parameters.size(), 0.0F);
  return slice(shared_->sum, payload);
}

void RankNumbers::accumulate(const Accumulate& accumulate) {
  const Payload& payload = accumulate.payload;
  flops_[ComputeKind::reduce] += reduce_work(setup_->mlp, payload).flops;
  const std::span<float> sum = accumulate.shared ? shared_sum(payload) : elements(payload);
  Payload other = payload;
  other.buffer = accumulate.from;
  mark_read(other);
  const std::span<const float> added = elements(other);
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
  const bool factors = transcode.payload.encoding == Encoding::low_rank;
  coding_.carry_out(transcode, elements(transcode.payload),
                    factors ? buffer(Buffer::factors) : std::span<float>{});
}

void RankNumbers::read_shared(const Payload& payload) {
  const bool of_sum = payload.buffer == Buffer::gradient_sum;
  if (of_sum) shared_->sum_was_read = true;
  const std::span<const float> from = slice(of_sum ? shared_->sum : shared_->parameters, payload);
  std::copy(from.begin(), from.end(), slice(buffer(payload.buffer), payload).begin());
}

}  // namespace lockstep::models
