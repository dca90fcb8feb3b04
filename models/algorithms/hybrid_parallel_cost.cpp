// What `hybrid_parallel` costs: time, counts and memory.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/hybrid_parallel_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models::hybrid_parallel_plan {

namespace {

struct Parts {
  SplitTimes passes;
  ClaimedTime allreduce;
};

Parts times_of(const Setup& setup) {
  NetworkView of_replicas(setup, {replicas_of(setup), parts_of(setup)});
  NetworkView of_parts(setup, {parts_of(setup), 1});
  Parts times = {
      split_times(setup, of_replicas, pass_of(setup, 0)),
      gradient_sum_duration(setup, of_parts, counterparts_of(setup, 0), own_gradients(setup))};
  times.allreduce.weaken(times.passes.exchanges.claim, times.passes.exchanges.leaves_out);
  const bool several = parts_of(setup) > 1 && replicas_of(setup) > 1;
  if (several && !of_parts.uniform())
    times.allreduce.weaken(TimeClaim::estimate, "groups that differ, or share links");
  weaken_by_unequal_devices(setup, times.allreduce);
  return times;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& times) {
  using T = Terms<Term>;
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (T::seconds("t_passes(layers/m)", times.passes.products_s()) +
          T::seconds("t_exchange(activations)", times.passes.exchanges.seconds) +
          T::seconds("t_sum(n/m)", times.allreduce.seconds) +
          T::seconds("t_update(n/m)",
                     setup.slowest_worker_s(step_work(setup, parameters_of_part(setup)))));
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, times_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  const Count parts = parts_of(setup);
  const Count replicas = replicas_of(setup);
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] =
      iterations * replicas * setup.step_rule().flops * setup.mlp.parameters();
  count_split_exchanges(form, setup, pass_of(setup, 0), iterations * replicas);
  const CollectiveCounts sum =
      gradient_sum_counts(setup, counterparts_of(setup, 0), own_gradients(setup));
  form.flops[ComputeKind::reduce] += iterations * parts * sum.reduce_flops;
  form.bytes += iterations * parts * sum.bytes;
  form.messages += iterations * parts * sum.messages;
  const Parts times = times_of(setup);
  form.makespan = nearest_seconds(expression_of<double>(setup, times));
  form.claim = times.allreduce.claim;
  form.leaves_out = times.allreduce.leaves_out;
  note_rough(
      form,
      form.makespan.seconds() + far_sum * static_cast<double>(setup.training.iterations) *
                                    (times.passes.exchanges.seconds + times.allreduce.seconds),
      "sums may take longer");
  form.memory = split_memory(setup, pass_of(setup, 0));
  form.memory.buffers =
      std::max(form.memory.buffers,
               gradient_sum_buffers(setup, counterparts_of(setup, 0), own_gradients(setup)));
  form.memory.versions +=
      residual_bytes(setup, counterparts_of(setup, 0), parameters_of_part(setup));
  return form;
}

}  // namespace lockstep::models::hybrid_parallel_plan
