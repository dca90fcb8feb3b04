#include "models/parts/replicas/buckets.hpp"

#include <optional>

#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"

namespace lockstep::models {

std::string idle_bucket_bytes(const Setup& setup) {
  return setup.options[overlap_option] ? std::string{} : "without overlap";
}

std::vector<LayerRange> buckets_of(const Setup& setup) {
  if (!setup.options[overlap_option]) return {all_layers(setup.mlp)};
  const double limit_bytes = setup.options[bucket_bytes_option];
  std::vector<LayerRange> buckets;
  for (std::int64_t layer = setup.mlp.layers - 1; layer >= 0; --layer) {
    const bool joins = !buckets.empty() &&
                       static_cast<double>(setup.mlp.parameters({layer, buckets.back().count + 1}) *
                                           setup.mlp.precision.gradients) <= limit_bytes;
    if (!joins) buckets.push_back({layer, 0});
    buckets.back().first = layer;
    ++buckets.back().count;
  }
  return buckets;
}

namespace {

// Sums one bucket once the bucket before it is done.
Program sum_bucket(Worker& worker, Payload bucket, Tag tag, std::optional<std::uint32_t> previous) {
  if (previous) co_await worker.join(*previous);
  co_await sum_gradients(worker, bucket, tag);
}

}  // namespace

Program last_passes_with_sums(Worker& worker, std::vector<LayerRange> buckets) {
  const Setup& setup = worker.setup();
  const std::int64_t samples = part_of_mini_batch(setup, worker.rank());
  const std::int64_t part = accumulation_steps(setup.options) - 1;
  co_await forward_pass(worker, all_layers(setup.mlp), samples, part);
  std::optional<std::uint32_t> last;
  Tag tag = 0;
  for (const LayerRange& bucket : buckets) {
    for (std::int64_t layer = bucket.first + bucket.count - 1; layer >= bucket.first; --layer) {
      co_await worker.backward_weight(layer, samples, part);
      if (layer == bucket.first) {
        Program sum = sum_bucket(worker, gradients_of(setup.mlp, bucket), tag++, last);
        last = co_await worker.fork(sum);
      }
      if (layer > 0) co_await worker.backward_input(layer, samples, part);
    }
  }
  if (last) co_await worker.join(*last);
}

}  // namespace lockstep::models
