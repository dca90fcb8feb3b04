// Hybrid parallelism: d replicas of the model, each divided within its layers over m workers. A
// replica's workers exchange activations; workers that have the same part in different replicas sum
// their gradients, compressed if one likes: each part of a layer is a matrix of its own.
// Activations are sent as they are.
//
// Replica r has ranks r m .. r m + m - 1: neighbours exchange most. Yadan et al.: "Multi-GPU
// training of ConvNets", arXiv:1312.5853.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {
    OptionSpec{.name = "model_parallel",
               .type = OptionType::integer,
               .summary = "over how many workers each replica of the model is divided",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6},
    data_parallel_option,
    split_option,
    group_allreduce_option,
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
};

int parts_of(const Setup& setup) {
  return static_cast<int>(setup.options.integer("model_parallel"));
}
int replicas_of(const Setup& setup) { return setup.workers / parts_of(setup); }

// The ranks of the same replica, and those with the same part.
Group replica_of(const Setup& setup, Rank rank) {
  return {rank - rank % parts_of(setup), parts_of(setup), 1};
}
Group counterparts_of(const Setup& setup, Rank rank) {
  return {rank % parts_of(setup), replicas_of(setup), parts_of(setup)};
}

SplitPass pass_of(const Setup& setup, Rank rank) {
  return {replica_of(setup, rank), all_layers(setup.mlp), setup.global_batch / replicas_of(setup)};
}

std::int64_t parameters_of_part(const Setup& setup) {
  return setup.mlp.parameters() / parts_of(setup);
}

Payload own_gradients(const Setup& setup) {
  return {.buffer = Buffer::own_gradients,
          .count = parameters_of_part(setup),
          .layout = {all_layers(setup.mlp), parts_of(setup), split_of(setup.options)}};
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const SplitPass pass = pass_of(setup, worker.rank());
  const Group counterparts = counterparts_of(setup, worker.rank());
  const std::int64_t mine = parameters_of_part(setup);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await split_forward(worker, pass);
    co_await split_backward(worker, pass);
    co_await sum_gradients(worker, counterparts, own_gradients(setup), 0);
    co_await worker.update({Buffer::own_parameters, 0, mine});
  }
}

struct Parts {
  SplitTimes passes;
  ClaimedTime allreduce;
};

Parts times_of(const Setup& setup) {
  NetworkView network(setup);
  Parts times = {
      split_times(setup, network, pass_of(setup, 0)),
      gradient_sum_duration(setup, network, counterparts_of(setup, 0), own_gradients(setup))};
  times.allreduce.weaken(times.passes.exchanges.claim, times.passes.exchanges.leaves_out);
  const bool several = parts_of(setup) > 1 && replicas_of(setup) > 1;
  if (several && !network.uniform())
    times.allreduce.weaken(TimeClaim::estimate, "groups that differ, or share links");
  if (!setup.same_devices())
    times.allreduce.weaken(TimeClaim::estimate,
                           "unequal devices: all are taken to be as slow as the slowest");
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
  form.memory = split_memory(setup, pass_of(setup, 0));
  form.memory.buffers =
      std::max(form.memory.buffers,
               gradient_sum_buffers(setup, counterparts_of(setup, 0), own_gradients(setup)));
  form.memory.versions +=
      residual_bytes(setup, counterparts_of(setup, 0), parameters_of_part(setup));
  return form;
}

void check(const Setup& setup, Faults& faults) {
  const std::string where = setup.pointer + "/model_parallel";
  const std::int64_t asked = setup.options.integer("data_parallel");
  if (asked != 0 && asked * parts_of(setup) != setup.workers) {
    faults.push_back({setup.pointer + "/data_parallel",
                      fmt::format("times model_parallel must be the {} workers, found {} x {}",
                                  setup.workers, asked, parts_of(setup))});
  } else if (setup.workers % parts_of(setup) != 0) {
    faults.push_back({where, fmt::format("must divide the {} workers, found {}", setup.workers,
                                         parts_of(setup))});
  } else if (setup.global_batch % replicas_of(setup) != 0) {
    faults.push_back({"/training/global_batch",
                      fmt::format("must be a multiple of the {} replicas of {}, found {}",
                                  replicas_of(setup), setup.label, setup.global_batch)});
  }
  check_split(setup, parts_of(setup), faults);
}

}  // namespace

const RegisteredAlgorithm hybrid_parallel = Algorithm{
    .kind = "hybrid_parallel",
    .title = "Hybrid of data and model parallelism",
    .summary =
        "Groups of workers divide the layers of a model among them, and each group trains on its "
        "share of the mini-batch. Activations are exchanged within a group, gradients summed "
        "across the groups.",
    .approximation = "nothing: the same step as SGD on the joined mini-batch",
    .when_to_use =
        "When a few fast-linked devices together hold the model, and there are several such "
        "groups.",
    .source = "Yadan et al., arXiv:1312.5853",
    .family = Family::model_parallel,
    .options = options,
    .workers = [](const Options&, int hosts) { return hosts; },
    .servers = [](const Options&) { return 0; },
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .approximation_of =
        [](const Setup& setup) {
          return approximation_by_compression_alone(setup, replicas_of(setup));
        },
    .samples_of_gradient = all_used_samples,
    .own_ranges =
        [](const Setup& setup, Rank rank) {
          return split_ranges(setup, all_layers(setup.mlp), parts_of(setup),
                              rank % parts_of(setup));
        },
    .first_sample =
        [](const Setup& setup, Rank rank) {
          return rank / parts_of(setup) * (setup.global_batch / replicas_of(setup));
        },
};

}  // namespace lockstep::models
