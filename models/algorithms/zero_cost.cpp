// What ZeRO costs: its time, its counts, and what a worker holds. Part of `zero`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/algorithms/zero_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/compression/compressed_scatter.hpp"

namespace lockstep::models::zero_plan {

std::vector<LayerRange> portions_of(const Setup& setup) {
  if (!divides_gradients(setup)) return {all_layers(setup.mlp)};
  std::vector<LayerRange> portions;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) portions.push_back({layer, 1});
  return portions;
}

std::vector<OwnRange> owned_ranges(const Setup& setup, Rank rank) {
  std::vector<OwnRange> owned;
  for (const LayerRange& portion : portions_of(setup)) {
    const Payload block = block_of(setup, parameters_of(setup.mlp, portion), rank);
    owned.push_back({block.offset, block.count});
  }
  return owned;
}

std::int64_t owned_by(const Setup& setup, Rank rank) {
  std::int64_t owned = 0;
  for (const OwnRange& range : owned_ranges(setup, rank)) owned += range.count;
  return owned;
}

namespace {

// Of one iteration; of one allgather of each portion.
struct Parts {
  double passes_s = 0;
  SumParts scatter;
  double sum_s = 0;  // over replicas
  double gather_s = 0;
  double update_s = 0;
  double last_scatter_s = 0;  // with prefetch: its end, from the start of the iteration
  ClaimedTime claim;
};

// With prefetch, of one layer: when its gradient begins to be computed, and is scattered.
struct Scatter {
  std::int64_t layer = 0;
  double begin_s = 0;
  double end_s = 0;
};

// Each layer waits for its products and for the gather of the next one; each scatter for its
// gradients and for the scatter before it.
std::vector<Scatter> scatters_of(const Setup& setup, NetworkView& network) {
  std::vector<Scatter> scatters;
  const auto gather_s = [&](std::int64_t layer) {
    return gather_time(setup, network, {layer, 1}).seconds;
  };
  double begin_s = gather_s(0);
  double end_s = 0;
  for (std::int64_t visit = 0; visit < 2 * setup.mlp.layers; ++visit) {
    const std::int64_t layer = layer_at(setup, visit);
    const double product_s = slowest_product_s(setup, layer);
    const bool backward = visit >= setup.mlp.layers;
    if (backward) {
      const SumParts scatter = scatter_parts(setup, network, {layer, 1});
      end_s = max(end_s, begin_s + product_s) + scatter_term<double>(setup, scatter) +
              sum_time(setup, network, {layer, 1}).seconds;
      scatters.push_back({layer, begin_s, end_s});
    }
    const double next_s =
        visit + 1 < 2 * setup.mlp.layers ? gather_s(layer_at(setup, visit + 1)) : 0;
    begin_s += max((backward && layer > 0 ? 2 : 1) * product_s, next_s);
  }
  return scatters;
}

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  Parts parts;
  parts.passes_s = slowest_passes_s(setup);
  // Rank 0 owns the most: the first blocks of a portion are never shorter than the others.
  parts.update_s = setup.slowest_worker_s(step_work(setup, owned_by(setup, 0)));
  for (const LayerRange& portion : portions_of(setup)) {
    parts.scatter.add(scatter_parts(setup, network, portion));
    const ClaimedTime sum = sum_time(setup, network, portion);
    const ClaimedTime gather = gather_time(setup, network, portion);
    parts.sum_s += sum.seconds;
    parts.gather_s += gather.seconds;
    parts.claim.weaken(sum.claim, sum.leaves_out);
    parts.claim.weaken(parts.scatter.rounds.claim, parts.scatter.rounds.leaves_out);
    parts.claim.weaken(gather.claim, gather.leaves_out);
  }
  if (prefetches(setup)) {
    parts.last_scatter_s = scatters_of(setup, network).back().end_s;
    if (setup.workers > 1)
      parts.claim.weaken(TimeClaim::lower_bound,
                         setup.workers_fold_on_devices()
                             ? "gathers and scatters that share links, and folds that hold "
                               "products up"
                             : "gathers and scatters that share links");
  }
  weaken_by_unequal_devices(setup, parts.claim);
  return parts;
}

// One thing after another.
template <class Term>
Term in_turn(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const bool in_groups = replicas(setup) > 1;
  const Term update = T::seconds(in_groups ? "t_update(n/S)" : "t_update(n/P)", parts.update_s);
  Term scatter = scatter_term<Term>(setup, parts.scatter);
  if (in_groups) scatter = scatter + T::seconds("t_allreduce(n/S)", parts.sum_s);
  const Term gather = T::seconds("t_allgather(n)", parts.gather_s);
  Term gathers = gather;
  if (divides_parameters(setup)) gathers = Term(2) * gather;
  if (divides_parameters(setup) && accumulation_steps(setup.options) > 1)
    gathers =
        T::number("accumulation_steps", static_cast<double>(accumulation_steps(setup.options))) *
        gathers;
  const Term sharing = scatter + gathers;
  return iterations * (passes_term<Term>(setup, parts.passes_s) + sharing + update);
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  if (!prefetches(setup)) return in_turn<Term>(setup, parts);
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (T::seconds("t_last_scatter", parts.last_scatter_s) +
          T::seconds("t_update(n/P)", parts.update_s));
}

// The options stand in place of the model's precision, or of what the optimizer needs.
Count parameter_bytes(const Setup& setup) {
  const std::int64_t chosen = setup.options[parameter_bytes_option];
  return chosen == 0 ? setup.mlp.precision.parameters : chosen;
}
Count gradient_bytes(const Setup& setup) {
  const std::int64_t chosen = setup.options[gradient_bytes_option];
  return chosen == 0 ? setup.mlp.precision.gradients : chosen;
}
Count state_bytes(const Setup& setup, Count owned) {
  const std::int64_t chosen = setup.options[optimizer_bytes_option];
  return chosen == 0 ? update_state_bytes(setup, owned) : owned * chosen;
}

// The most parameters of `count` layers that follow each other in the passes.
std::int64_t largest_in_a_row(const Setup& setup, std::int64_t count) {
  std::int64_t most = 0;
  for (std::int64_t visit = 0; visit + count <= 2 * setup.mlp.layers; ++visit) {
    std::int64_t sum = 0;
    for (std::int64_t next = visit; next < visit + count; ++next)
      sum += setup.mlp.parameters_of_layer(layer_at(setup, next));
    most = std::max(most, sum);
  }
  return most;
}

// Gradients that are there, or being computed, when a layer's gradient begins.
std::int64_t gradients_at_once(const Setup& setup) {
  if (!prefetches(setup)) return largest_in_a_row(setup, 1);
  NetworkView network(setup);
  const std::vector<Scatter> scatters = scatters_of(setup, network);
  std::int64_t held = 0;
  std::int64_t most = 0;
  std::size_t done = 0;
  for (const Scatter& scatter : scatters) {
    while (&scatters[done] != &scatter && scatters[done].end_s <= scatter.begin_s)
      held -= setup.mlp.parameters_of_layer(scatters[done++].layer);
    most = std::max(most, held += setup.mlp.parameters_of_layer(scatter.layer));
  }
  return most;
}

// What is there for a moment: layers gathered for a pass, gradients that are not scattered yet.
Count buffers_of(const Setup& setup) {
  if (setup.workers == 1) return 0;
  Count bytes = 0;
  // With prefetch, the next layer is gathered while the present one is used.
  const bool divided = shard_of(setup, 0).count > 1;
  if (divided && divides_parameters(setup))
    bytes += Count{largest_in_a_row(setup, prefetches(setup) ? 2 : 1)} * parameter_bytes(setup);
  if (divided && divides_gradients(setup))
    bytes += Count{accumulation_steps(setup.options) > 1 ? setup.mlp.parameters()
                                                         : gradients_at_once(setup)} *
             gradient_bytes(setup);
  Count received = 0;
  for (const LayerRange& portion : portions_of(setup))
    received = std::max(received, scatter_buffers(setup, portion));
  return bytes + received;
}

// Parameters, gradients, optimizer state and residual of the worker that owns most.
Memory memory_of(const Setup& setup) {
  const Count all = setup.mlp.parameters();
  const Count owned = owned_by(setup, 0);
  Memory memory = replica_memory(setup);
  memory.parameters = (divides_parameters(setup) ? owned : all) * parameter_bytes(setup);
  memory.gradients = (divides_gradients(setup) ? owned : all) * gradient_bytes(setup);
  memory.versions = state_bytes(setup, owned) + scatter_residual(setup) * gradient_bytes(setup);
  memory.buffers = buffers_of(setup);
  return memory;
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] =
      iterations * replicas(setup) * setup.step_rule().flops * setup.mlp.parameters();
  for (const LayerRange& portion : portions_of(setup)) {
    const CollectiveCounts scatter = scatter_counts(setup, portion);
    const CollectiveCounts gather = gather_counts(setup, portion);
    const Count gathers = divides_parameters(setup) ? 2 * accumulation_steps(setup.options) : 1;
    form.flops[ComputeKind::reduce] += iterations * scatter.reduce_flops;
    form.bytes += iterations * (scatter.bytes + gathers * gather.bytes);
    form.messages += iterations * (scatter.messages + gathers * gather.messages);
  }
  const Parts parts = parts_of(setup);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  form.claim = parts.claim.claim;
  form.leaves_out = parts.claim.leaves_out;
  note_rough(form, in_turn<double>(setup, parts),
             "gathers and scatters may hide less behind computing");
  form.memory = memory_of(setup);
  return form;
}

}  // namespace lockstep::models::zero_plan
