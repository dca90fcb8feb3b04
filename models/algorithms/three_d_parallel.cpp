// 3D parallelism: the model is cut into p stages, each stage's layers are divided over t workers,
// and there are d = P / (t p) replicas of all that. Micro-batches go through the stages one
// forward, one backward (1F1B); at the end of a mini-batch, workers that have the same part in
// different replicas sum their gradients, compressed if one likes: each part of a layer is a matrix
// of its own. What goes between parts and stages is sent as it is.
//
// Neighbouring ranks have the parts of a layer, then come replicas, then stages. Every part sends
// what it has of a stage's activations to the same part of the next; the trick of sending 1/t and
// gathering it there is left out. Narayanan et al.: "Efficient large-scale language model training
// on GPU clusters using Megatron-LM", arXiv:2104.04473.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {
    OptionSpec{.name = "tensor_parallel",
               .type = OptionType::integer,
               .summary = "over how many workers each layer is divided",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6},
    OptionSpec{.name = "pipeline_parallel",
               .type = OptionType::integer,
               .summary = "into how many stages the layers are cut",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6},
    data_parallel_option,
    micro_batches_option,
    split_option,
    group_allreduce_option,
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
};

// How the ranks are arranged, and where one of them stands.
struct Place {
  int parts = 1;
  int stages = 1;
  int replicas = 1;
  std::int64_t micro_batches = 1;
  int stage = 0;
  Rank rank = 0;

  [[nodiscard]] int ranks_of_stage() const { return parts * replicas; }
  [[nodiscard]] int part() const { return rank % parts; }
  [[nodiscard]] int replica() const { return rank % ranks_of_stage() / parts; }
  [[nodiscard]] Group layer_group() const { return {rank - part(), parts, 1}; }
  [[nodiscard]] Group counterparts() const {
    return {stage * ranks_of_stage() + part(), replicas, parts};
  }
  [[nodiscard]] bool last_stage() const { return stage + 1 == stages; }
};

Place place_of(const Setup& setup, Rank rank) {
  Place place;
  place.parts = static_cast<int>(setup.options.integer("tensor_parallel"));
  place.stages = static_cast<int>(setup.options.integer("pipeline_parallel"));
  place.replicas = std::max(setup.workers / (place.parts * place.stages), 1);
  const std::int64_t asked = setup.options.integer("micro_batches");
  place.micro_batches = asked == 0 ? place.stages : asked;
  place.stage = rank / place.ranks_of_stage();
  place.rank = rank;
  return place;
}
Place first_of_stage(const Setup& setup, int stage) {
  return place_of(setup, stage * place_of(setup, 0).ranks_of_stage());
}

SplitPass pass_of(const Setup& setup, const Place& place) {
  return {place.layer_group(), layers_of_stage(setup.mlp, place.stages, place.stage),
          setup.global_batch / (place.replicas * place.micro_batches)};
}

std::int64_t parameters_of_rank(const Setup& setup, const Place& place) {
  return setup.mlp.parameters(pass_of(setup, place).layers) / place.parts;
}

Payload own_gradients(const Setup& setup, const Place& place) {
  return {.buffer = Buffer::own_gradients,
          .count = parameters_of_rank(setup, place),
          .layout = {pass_of(setup, place).layers, place.parts, split_of(setup.options)}};
}

// What a rank sends on after its stage: all activations, or its part of them.
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
Payload sent_forward(const Setup& setup, const Place& place, std::int64_t micro_batch = 0) {
  return sent_on(setup, place, Buffer::activations, pass_of(setup, place).layers.end(),
                 micro_batch);
}
Payload sent_back(const Setup& setup, const Place& place, std::int64_t micro_batch = 0) {
  return sent_on(setup, place, Buffer::activation_gradients, pass_of(setup, place).layers.first,
                 micro_batch);
}

Program forward(Worker& worker, Place place, std::int64_t micro_batch) {
  const Setup& setup = worker.setup();
  const Tag tag = static_cast<Tag>(micro_batch);
  SplitPass pass = pass_of(setup, place);
  pass.micro_batch = micro_batch;
  if (place.stage > 0) {
    const Message input = co_await worker.receive(place.rank - place.ranks_of_stage(), tag);
    co_await worker.store(input);
  }
  co_await split_forward(worker, pass, tag);
  if (!place.last_stage())
    co_await worker.post(place.rank + place.ranks_of_stage(), tag,
                         sent_forward(setup, place, micro_batch));
}

Program backward(Worker& worker, Place place, std::int64_t micro_batch) {
  const Setup& setup = worker.setup();
  const Tag tag = static_cast<Tag>(micro_batch);
  SplitPass pass = pass_of(setup, place);
  pass.micro_batch = micro_batch;
  if (!place.last_stage()) {
    const Message gradient = co_await worker.receive(place.rank + place.ranks_of_stage(), tag);
    co_await worker.store(gradient);
  }
  co_await split_backward(worker, pass, tag);
  if (place.stage > 0)
    co_await worker.post(place.rank - place.ranks_of_stage(), tag,
                         sent_back(setup, place, micro_batch));
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Place place = place_of(setup, worker.rank());
  const std::int64_t mine = parameters_of_rank(setup, place);
  const std::int64_t ahead =
      std::min<std::int64_t>(place.stages - place.stage - 1, place.micro_batches);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t index = 0; index < ahead; ++index) co_await forward(worker, place, index);
    for (std::int64_t index = 0; index < place.micro_batches; ++index) {
      if (ahead + index < place.micro_batches) co_await forward(worker, place, ahead + index);
      co_await backward(worker, place, index);
    }
    co_await sum_gradients(worker, place.counterparts(), own_gradients(setup, place), 0);
    co_await worker.update({Buffer::own_parameters, 0, mine});
  }
}

// The critical path goes forward to the busiest stage, stays there for all micro-batches, and comes
// back to the first stage, which sums and updates last.
struct Parts {
  double there_and_back_s = 0;
  double stay_s = 0;
  ClaimedTime allreduce;  // with the claim of all
  double update_s = 0;
};

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  Parts parts;
  const Place first = place_of(setup, 0);
  const std::int64_t mine = parameters_of_rank(setup, first);
  parts.allreduce =
      gradient_sum_duration(setup, network, first.counterparts(), own_gradients(setup, first));
  parts.update_s = setup.slowest_worker_s(step_work(setup, mine));
  double reach_s = 0;
  for (int stage = 0; stage < first.stages; ++stage) {
    const Place place = first_of_stage(setup, stage);
    const SplitTimes times = split_times(setup, network, pass_of(setup, place));
    const double both_s = times.products_s() + times.exchanges.seconds;
    const double stay_s = static_cast<double>(place.micro_batches) * both_s;
    parts.allreduce.weaken(times.exchanges.claim, times.exchanges.leaves_out);
    if (reach_s + stay_s >= parts.there_and_back_s + parts.stay_s) {
      parts.there_and_back_s = reach_s;
      parts.stay_s = stay_s;
    }
    if (place.last_stage()) break;
    const Place next = first_of_stage(setup, stage + 1);
    const auto hop_s = [&](Rank from, Rank to, const Payload& payload) {
      return network.message(from, to, scalars_of(setup.mlp, payload).bytes()).seconds();
    };
    reach_s += both_s + hop_s(place.rank, next.rank, sent_forward(setup, place)) +
               hop_s(next.rank, place.rank, sent_back(setup, next));
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
  if (!setup.same_devices())
    claim.weaken(TimeClaim::estimate,
                 "unequal devices: all are taken to be as slow as the slowest");
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (T::seconds("t_there_and_back", parts.there_and_back_s) +
          T::seconds("M t_stage", parts.stay_s) +
          T::seconds("t_sum(n/(t p))", parts.allreduce.seconds) +
          T::seconds("t_update(n/(t p))", parts.update_s));
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

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
  return form;
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

void check(const Setup& setup, Faults& faults) {
  const Place place = place_of(setup, 0);
  const std::int64_t degrees =
      setup.options.integer("tensor_parallel") * setup.options.integer("pipeline_parallel");
  const std::int64_t shares = place.replicas * place.micro_batches;
  const std::int64_t asked = setup.options.integer("data_parallel");
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

}  // namespace

const RegisteredAlgorithm three_d_parallel = Algorithm{
    .kind = "three_d_parallel",
    .title = "3D parallelism: tensor, pipeline and data",
    .summary =
        "Stages of a pipeline, whose layers are divided within, in several replicas: each way of "
        "dividing the work is used where its messages are cheapest.",
    .approximation =
        "nothing: gradients of all micro-batches and replicas are summed before the "
        "one update",
    .when_to_use =
        "For models of many devices: tensor parallelism within a node, the pipeline across nodes, "
        "data parallelism with the devices that are left.",
    .source = "Narayanan et al., arXiv:2104.04473",
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
          return approximation_by_compression_alone(setup, place_of(setup, 0).replicas);
        },
    .samples_of_gradient = all_used_samples,
    .own_ranges =
        [](const Setup& setup, Rank rank) {
          const Place place = place_of(setup, rank);
          return split_ranges(setup, pass_of(setup, place).layers, place.parts, place.part());
        },
    .first_sample =
        [](const Setup& setup, Rank rank) {
          const Place place = place_of(setup, rank);
          return place.replica() * (setup.global_batch / place.replicas);
        },
};

}  // namespace lockstep::models
