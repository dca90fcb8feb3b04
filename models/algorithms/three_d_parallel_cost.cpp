// What `three_d_parallel` costs, what its stages send on, and what it cannot do.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "models/algorithms/three_d_parallel_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models::three_d_parallel_plan {

namespace {

Place first_of_stage(const Setup& setup, int stage) {
  return place_of(setup, stage * place_of(setup, 0).ranks_of_stage());
}

// The critical path goes forward to the busiest stage, or link between two, stays there for all
// micro-batches, and comes back to the first stage, which sums and updates last.
struct Parts {
  double round_trip_s = 0;
  double stay_s = 0;
  ClaimedTime allreduce;  // with the claim of all
  double update_s = 0;
  double slowest_hops_s = 0;  // there and back

  void stay(double round_trip, double stay) {
    if (round_trip + stay < round_trip_s + stay_s) return;
    round_trip_s = round_trip;
    stay_s = stay;
  }
};

// What the ranks of a stage send to those of the next one, or back, for one micro-batch.
struct Hop {
  double message_s = 0;
  double taken_s = 0;  // of it, how long the busiest link or port on the way is taken
};

Hop hop_of(const Setup& setup, NetworkView& network, Rank from, Rank to, std::int64_t bytes) {
  const Pair pair{from, to};
  const Round round = network.round(std::span(&pair, 1), bytes);
  const double latency_s = network.latency(from, to).seconds();
  switch (setup.cluster.sharing) {
    case Sharing::max_min:
      return {round.slowest_s, max(0, round.slowest_s - latency_s)};
    case Sharing::single_port:
      return {round.slowest_s, round.slowest_s};
    case Sharing::none:
      break;
  }
  return {round.slowest_s, 0};
}

Parts parts_of(const Setup& setup) {
  Parts parts;
  const Place first = place_of(setup, 0);
  NetworkView of_replicas(setup, {first.replicas, first.parts});
  NetworkView of_parts(setup, {first.parts, 1});
  NetworkView of_stage(setup, {first.ranks_of_stage(), 1});
  const std::int64_t mine = parameters_of_rank(setup, first);
  parts.allreduce =
      gradient_sum_duration(setup, of_parts, first.counterparts(), own_gradients(setup, first));
  parts.update_s = setup.slowest_worker_s(step_work(setup, mine));
  double reach_s = 0;   // to the stage and back from it
  double taken_s = 0;   // the busiest link before it, by one micro-batch
  double nearer_s = 0;  // `reach_s` without that
  for (int stage = 0; stage < first.stages; ++stage) {
    const Place place = first_of_stage(setup, stage);
    const SplitTimes times = split_times(setup, of_replicas, pass_of(setup, place));
    const double both_s = times.products_s() + times.exchanges.seconds;
    const auto micro_batches = static_cast<double>(place.micro_batches);
    parts.allreduce.weaken(times.exchanges.claim, times.exchanges.leaves_out);
    parts.stay(nearer_s + both_s, micro_batches * taken_s);
    parts.stay(reach_s, micro_batches * both_s);
    if (place.last_stage()) break;
    const Place next = first_of_stage(setup, stage + 1);
    const auto hop = [&](Rank from, Rank to, const Payload& payload) {
      return hop_of(setup, of_stage, from, to, scalars_of(setup.mlp, payload).bytes());
    };
    const Hop there = hop(place.rank, next.rank, sent_forward(setup, place));
    const Hop back = hop(next.rank, place.rank, sent_back(setup, next));
    reach_s += both_s + there.message_s + back.message_s;
    parts.slowest_hops_s = max(parts.slowest_hops_s, there.message_s + back.message_s);
    taken_s = max(there.taken_s, back.taken_s);
    nearer_s = reach_s - taken_s;
  }
  return parts;
}

void weaken(const Setup& setup, ClaimedTime& claim) {
  const Place place = place_of(setup, 0);
  if (place.stages > 1)
    claim.weaken(TimeClaim::lower_bound, "stages that wait for each other, and for links");
  if (place.ranks_of_stage() > 1 && setup.workers > std::max(place.parts, place.replicas) &&
      !NetworkView(setup).uniform())
    claim.weaken(TimeClaim::estimate, "groups that differ, or share links");
  weaken_by_unequal_devices(setup, claim);
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const std::int64_t micro_batches = place_of(setup, 0).micro_batches;
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (T::seconds("t_round_trip", parts.round_trip_s) +
          T::number("M", static_cast<double>(micro_batches)) *
              T::seconds("t_stage", mean_s(parts.stay_s, micro_batches)) +
          T::seconds("t_sum(n/tp)", parts.allreduce.seconds) +
          T::seconds("t_update(n/tp)", parts.update_s));
}

// Adds what the ranks of one stage send and fold in the whole run.
void count_stage(ClosedForm& form, const Setup& setup, const Place& place) {
  const Count iterations = setup.training.iterations;
  const Count micro_batches = iterations * place.micro_batches;
  count_split_exchanges(form, setup, pass_of(setup, place), micro_batches * place.replicas);
  const CollectiveCounts sum =
      gradient_sum_counts(setup, place.counterparts(), own_gradients(setup, place));
  form.flops[ComputeKind::reduce] += iterations * place.parts * sum.reduce_flops;
  form.bytes += iterations * place.parts * sum.bytes;
  form.messages += iterations * place.parts * sum.messages;
  const Count hops = micro_batches * place.ranks_of_stage();
  const auto add = [&](const Payload& payload) {
    form.messages += hops;
    form.bytes += hops * scalars_of(setup.mlp, payload).bytes();
  };
  if (!place.last_stage()) add(sent_forward(setup, place));
  if (place.stage > 0) add(sent_back(setup, place));
}

// The next input of the stage and the gradient of an output, which arrive while it computes.
Count received_beside(const Setup& setup, const Place& place) {
  Count scalars = 0;
  if (place.stage > 0) scalars += sent_forward(setup, first_of_stage(setup, place.stage - 1)).count;
  if (!place.last_stage())
    scalars += sent_back(setup, first_of_stage(setup, place.stage + 1)).count;
  return scalars * setup.mlp.precision.activations;
}

void check_stages(const Setup& setup, const Place& place, Faults& faults) {
  const std::string where = setup.pointer + "/pipeline_parallel";
  if (place.stages > setup.mlp.layers) {
    faults.push_back(
        {where, fmt::format("must be at most the number of layers of the model, {}, found {}",
                            setup.mlp.layers, place.stages)});
  } else if (split_of(setup.options) == Split::pairs && setup.mlp.layers % 2 == 0 &&
             setup.mlp.layers % (2 * place.stages) != 0) {
    faults.push_back({where, fmt::format("must divide the {} pairs of layers, found {}",
                                         setup.mlp.layers / 2, place.stages)});
  }
}

}  // namespace

Payload sent_on(const Setup& setup, const Place& place, Buffer buffer, std::int64_t layer,
                std::int64_t micro_batch) {
  const Split split = split_of(setup.options);
  const bool whole =
      split == Split::pairs || (split == Split::column && buffer == Buffer::activations);
  const std::int64_t samples = pass_of(setup, place).samples;
  const std::int64_t all = samples * setup.mlp.activations_before(layer);
  const std::int64_t mine = whole ? all : all / place.parts;
  return {.buffer = buffer,
          .offset = whole ? 0 : place.part() * mine,
          .count = mine,
          .layer = static_cast<std::int32_t>(layer),
          .micro_batch = static_cast<std::int32_t>(micro_batch),
          .samples = samples};
}

void check(const Setup& setup, Faults& faults) {
  const Place place = place_of(setup, 0);
  const std::int64_t degrees = std::int64_t{place.parts} * place.stages;
  const std::int64_t shares = place.replicas * place.micro_batches;
  const std::int64_t asked = setup.options[data_parallel_option];
  if (asked != 0 && asked * degrees != setup.workers) {
    faults.push_back({setup.pointer + "/data_parallel",
                      fmt::format("times tensor_parallel times pipeline_parallel must be the {} "
                                  "workers, found {} x {} x {}",
                                  setup.workers, asked, place.parts, place.stages)});
  } else if (setup.workers % degrees != 0) {
    faults.push_back(
        {setup.pointer + "/tensor_parallel",
         fmt::format("times pipeline_parallel must divide the {} workers, found {} x {}",
                     setup.workers, place.parts, place.stages)});
  } else if (setup.global_batch % shares != 0) {
    faults.push_back({setup.pointer + "/micro_batches",
                      fmt::format("of {} replicas must divide the {} samples of a mini-batch, "
                                  "found {}",
                                  place.replicas, setup.global_batch, place.micro_batches)});
  }
  check_stages(setup, place, faults);
  check_split(setup, place.parts, faults);
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  const Place first = place_of(setup, 0);
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] =
      iterations * first.replicas * setup.step_rule().flops * setup.mlp.parameters();
  for (int stage = 0; stage < first.stages; ++stage) {
    const Place place = first_of_stage(setup, stage);
    count_stage(form, setup, place);
    Memory memory = split_memory(setup, pass_of(setup, place));
    memory.versions +=
        residual_bytes(setup, place.counterparts(), parameters_of_rank(setup, place));
    // With 1F1B, stage s of p has at most p - s micro-batches under way.
    memory.activations *= std::min<std::int64_t>(place.micro_batches, place.stages - stage);
    memory.buffers = std::max(memory.buffers, gradient_sum_buffers(setup, place.counterparts(),
                                                                   own_gradients(setup, place))) +
                     received_beside(setup, place);
    if (memory.total() > form.memory.total()) form.memory = memory;
  }
  Parts parts = parts_of(setup);
  weaken(setup, parts.allreduce);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  form.claim = parts.allreduce.claim;
  form.leaves_out = parts.allreduce.leaves_out;
  note_rough(form,
             form.makespan.seconds() +
                 static_cast<double>(setup.training.iterations) *
                     (static_cast<double>(first.micro_batches) * parts.slowest_hops_s +
                      far_sum * parts.allreduce.seconds),
             "each micro-batch may wait for the one before at the next stage");
  return form;
}

}  // namespace lockstep::models::three_d_parallel_plan
