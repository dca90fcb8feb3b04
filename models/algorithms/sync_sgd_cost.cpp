// What `sync_sgd` costs: time, counts and memory.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/algorithms/sync_sgd_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/replicas/backup_workers.hpp"
#include "models/parts/replicas/buckets.hpp"
#include "models/parts/replicas/double_buffering.hpp"

namespace lockstep::models::sync_sgd_plan {

namespace {

// The times of one iteration that the formula is made of.
struct Parts {
  double passes_s = 0;
  double update_s = 0;
  ClaimedTime allreduce;         // of all gradients, in one bucket, or of all buckets
  double last_bucket_end_s = 0;  // with overlap: counted from the start of the iteration
};

// When the last bucket is summed: each starts when its gradients are there and the one before it is
// done.
double end_of_buckets(const Setup& setup, NetworkView& network, Parts& parts) {
  const auto product_s = [&](std::int64_t layer) {
    return waiting_factor(setup, setup.workers) * slowest_product_s(setup, layer);
  };
  const auto parts_before = static_cast<double>(accumulation_steps(setup.options) - 1);
  double ready_s = parts_before / (parts_before + 1) * parts.passes_s;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) ready_s += product_s(layer);
  double end_s = 0;
  for (const LayerRange& bucket : buckets_of(setup)) {
    const Payload gradients = gradients_of(setup.mlp, bucket);
    const ClaimedTime sum = gradient_sum_duration(setup, network, gradients);
    parts.allreduce.weaken(sum.claim, sum.leaves_out);
    // The lowest layer's gradient by weights completes a bucket: the layers above it have taken
    // both of their backward products by then.
    for (std::int64_t layer = bucket.first + 1; layer < bucket.first + bucket.count; ++layer)
      ready_s += 2 * product_s(layer);
    ready_s += product_s(bucket.first);
    end_s = max(end_s, ready_s) + sum.seconds;
    parts.allreduce.seconds += sum.seconds;
    ready_s += product_s(bucket.first);  // the gradient by inputs of the bucket's lowest layer
  }
  return end_s;
}

Parts parts_of(const Setup& setup, NetworkView& network) {
  Parts parts;
  parts.passes_s = waiting_factor(setup, setup.workers) * slowest_passes_s(setup);
  parts.update_s = setup.slowest_worker_s(step_work(setup, setup.mlp.parameters()));
  if (setup.options[overlap_option])
    parts.last_bucket_end_s = end_of_buckets(setup, network, parts);
  else
    parts.allreduce =
        gradient_sum_duration(setup, network, gradients_of(setup.mlp, all_layers(setup.mlp)));
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, NetworkView& network, const Parts& parts) {
  using T = Terms<Term>;
  const Term passes = passes_term<Term>(setup, parts.passes_s);
  const Term update = T::seconds("t_update(n)", parts.update_s);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  if (setup.options[overlap_option])
    return iterations *
           (max(passes, T::seconds("t_last_bucket", parts.last_bucket_end_s)) + update);
  const Payload gradients = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Term sum = gradient_sum_term<Term>(setup, network, gradients, parts.allreduce.seconds);
  return iterations * (passes + sum + update);
}

void claim_time(const Setup& setup, ClosedForm& form) {
  NetworkView network(setup);
  Parts parts = parts_of(setup, network);
  form.makespan = nearest_seconds(expression_of<double>(setup, network, parts));
  ClaimedTime& claim = parts.allreduce;
  const double far = claim.claim == TimeClaim::lower_bound ? far_sum : 0;
  if (setup.options[overlap_option]) weaken_sums_beside_passes(setup, claim);
  weaken_by_unequal_devices(setup, claim);
  form.claim = claim.claim;
  form.leaves_out = claim.leaves_out;
  note_rough(form,
             static_cast<double>(setup.training.iterations) *
                 (parts.passes_s + parts.update_s + (1 + far) * claim.seconds),
             "sums may hide less behind computing, and take longer");
}

}  // namespace

Formula formula(const Setup& setup) {
  if (has_backup_workers(setup)) return backup_formula(setup);
  if (double_buffered(setup))
    return double_buffered_formula(setup, waiting_factor(setup, setup.workers));
  NetworkView network(setup);
  return expression_of<Formula>(setup, network, parts_of(setup, network));
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  if (has_backup_workers(setup)) return backup_closed_form(setup);
  if (double_buffered(setup)) {
    return double_buffered_closed_form(setup, waiting_factor(setup, setup.workers));
  }
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] =
      iterations * setup.workers * setup.step_rule().flops * setup.mlp.parameters();
  for (const LayerRange& bucket : buckets_of(setup)) {
    const CollectiveCounts sum = gradient_sum_counts(setup, gradients_of(setup.mlp, bucket));
    form.flops[ComputeKind::reduce] += iterations * sum.reduce_flops;
    form.bytes += iterations * sum.bytes;
    form.messages += iterations * sum.messages;
  }
  claim_time(setup, form);
  form.memory = replica_memory(setup);
  // One bucket is summed at a time.
  for (const LayerRange& bucket : buckets_of(setup))
    form.memory.buffers =
        std::max(form.memory.buffers, gradient_sum_buffers(setup, gradients_of(setup.mlp, bucket)));
  form.memory.versions += residual_bytes(setup);
  form.server_memory = gradient_sum_server_memory(setup);
  return form;
}

}  // namespace lockstep::models::sync_sgd_plan
