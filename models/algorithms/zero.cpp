// ZeRO, the zero redundancy optimizer: synchronous data parallelism in which each worker owns 1/P
// of what the others need not keep. Stage 1 divides the optimizer's state, stage 2 the gradients
// too, stage 3 the parameters too; what is not kept is gathered when it is needed.
//
//   stage 1   gradients are reduce-scattered, each worker updates its block, parameters allgathered
//   stage 2   the same layer by layer, gradients as soon as a layer's are there
//   stage 3   a layer's parameters are allgathered before its forward pass and again before its
//             backward pass, its gradients reduce-scattered after that
//
// In bytes, 1 and 2 send what an allreduce sends, 3 half as much again: the last layer is gathered
// twice too. Parameters, gradients and state are the paper's; the layer that stages 2 and 3 have
// whole for a moment, its gradients and, of stage 3, its parameters, is among the buffers.
//
// With `prefetch` stage 3 gathers the layer that comes next while it computes one, into a second
// buffer, and reduce-scatters a layer's gradients while the backward pass goes on, one layer after
// another. Gradients of several layers may wait then: as many as the closed form's times say.
//
// With compression gradients are reduce-scattered in encoded form; parameters stay dense. Error
// feedback takes back what dividing gradients saved: a worker's residual is as long as the model.
// Rajbhandari et al.: "ZeRO: memory optimizations toward training trillion parameter models",
// arXiv:1910.02054.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "models/algorithm.hpp"
#include "models/collectives/collective.hpp"
#include "models/compression/compressed_scatter.hpp"
#include "models/near_bound.hpp"
#include "models/passes.hpp"

namespace lockstep::models {

namespace {

std::string idle_prefetch(const Setup& setup) {
  const std::int64_t stage = setup.options.integer("stage");
  if (stage < 3) return fmt::format("with stage {}, where nothing is gathered for a pass", stage);
  return setup.workers == 1 ? "with one worker" : std::string{};
}

constexpr std::array options = {
    OptionSpec{.name = "stage",
               .type = OptionType::integer,
               .summary =
                   "what is divided over the workers: 1: the optimizer's state; 2: gradients "
                   "too; 3: parameters too",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 3},
    OptionSpec{.name = "parameter_bytes",
               .type = OptionType::integer,
               .summary = "memory a parameter takes; 0: bytes_per_scalar",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
    OptionSpec{.name = "gradient_bytes",
               .type = OptionType::integer,
               .summary = "memory a parameter's gradient takes; 0: bytes_per_scalar",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
    OptionSpec{.name = "optimizer_bytes",
               .type = OptionType::integer,
               .summary = "memory the optimizer keeps for a parameter: none for plain SGD, 12 for "
                          "mixed-precision Adam",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
    OptionSpec{.name = "prefetch",
               .type = OptionType::boolean,
               .summary = "with stage 3: gather the next layer and scatter gradients while one "
                          "layer is computed, with a buffer for another layer",
               .fallback = false,
               .idle = idle_prefetch},
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
};

bool divides_gradients(const Setup& setup) { return setup.options.integer("stage") >= 2; }
bool divides_parameters(const Setup& setup) { return setup.options.integer("stage") >= 3; }
bool prefetches(const Setup& setup) {
  return divides_parameters(setup) && setup.options.boolean("prefetch");
}

// What is reduce-scattered and allgathered in one go: all layers, or each for itself.
std::vector<LayerRange> portions_of(const Setup& setup) {
  if (!divides_gradients(setup)) return {all_layers(setup.mlp)};
  std::vector<LayerRange> portions;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) portions.push_back({layer, 1});
  return portions;
}

// What `rank` owns: its block of each portion.
std::vector<OwnRange> owned_ranges(const Setup& setup, Rank rank) {
  std::vector<OwnRange> owned;
  for (const LayerRange& portion : portions_of(setup)) {
    const Payload whole = parameters_of(setup.mlp, portion);
    owned.push_back({whole.offset + block_offset(whole.count, setup.workers, rank),
                     block_count(whole.count, setup.workers, rank)});
  }
  return owned;
}

std::int64_t owned_by(const Setup& setup, Rank rank) {
  std::int64_t owned = 0;
  for (const OwnRange& range : owned_ranges(setup, rank)) owned += range.count;
  return owned;
}

const Collective& allgather() { return *find_collective("allgather"); }

constexpr Tag gather_tag = 0;
constexpr Tag scatter_tag = 1;

Program gather_parameters(Worker& worker, LayerRange layers) {
  return allgather().program(worker, parameters_of(worker.setup().mlp, layers), gather_tag);
}
Program scatter_gradients(Worker& worker, LayerRange layers) {
  return scatter_gradient_sum(worker, gradients_of(worker.setup().mlp, layers), scatter_tag);
}

Program layer_by_layer(Worker& worker) {
  const Setup& setup = worker.setup();
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) {
    if (divides_parameters(setup)) co_await gather_parameters(worker, {layer, 1});
    co_await worker.forward(layer, setup.batch_per_worker);
  }
  for (std::int64_t layer = setup.mlp.layers - 1; layer >= 0; --layer) {
    if (divides_parameters(setup)) co_await gather_parameters(worker, {layer, 1});
    co_await backward_pass(worker, {layer, 1}, setup.batch_per_worker);
    co_await scatter_gradients(worker, {layer, 1});
  }
}

// Layers in the order of the passes: forward 0 .. L-1, then back L-1 .. 0.
std::int64_t layer_at(const Setup& setup, std::int64_t visit) {
  const std::int64_t layers = setup.mlp.layers;
  return visit < layers ? visit : 2 * layers - 1 - visit;
}

// Scatters one layer's gradients once those of the layer before it are.
Program scatter_after(Worker& worker, LayerRange layer, std::optional<std::uint32_t> previous) {
  if (previous) co_await worker.join(*previous);
  co_await scatter_gradients(worker, layer);
}

Program backward_of_layer(Worker& worker, std::int64_t layer,
                          std::optional<std::uint32_t>* scatter) {
  const std::int64_t samples = worker.setup().batch_per_worker;
  co_await worker.backward_weight(layer, samples);
  Program next = scatter_after(worker, {layer, 1}, *scatter);
  *scatter = co_await worker.fork(next);
  if (layer > 0) co_await worker.backward_input(layer, samples);
}

Program prefetching(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t visits = 2 * setup.mlp.layers;
  std::optional<std::uint32_t> scatter;
  co_await gather_parameters(worker, {0, 1});
  for (std::int64_t visit = 0; visit < visits; ++visit) {
    std::optional<std::uint32_t> gather;
    if (visit + 1 < visits) {
      Program next = gather_parameters(worker, {layer_at(setup, visit + 1), 1});
      gather = co_await worker.fork(next);
    }
    const std::int64_t layer = layer_at(setup, visit);
    if (visit < setup.mlp.layers)
      co_await worker.forward(layer, setup.batch_per_worker);
    else
      co_await backward_of_layer(worker, layer, &scatter);
    if (gather) co_await worker.join(*gather);
  }
  if (scatter) co_await worker.join(*scatter);
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange all = all_layers(setup.mlp);
  const Payload mine{Buffer::own_parameters, 0, owned_by(setup, worker.rank())};
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (prefetches(setup)) {
      co_await prefetching(worker);
    } else if (divides_gradients(setup)) {
      co_await layer_by_layer(worker);
    } else {
      co_await forward_pass(worker, all, setup.batch_per_worker);
      co_await backward_pass(worker, all, setup.batch_per_worker);
      co_await scatter_gradients(worker, all);
    }
    co_await worker.update(mine);
    if (divides_parameters(setup)) continue;
    for (const LayerRange& portion : portions_of(setup))
      co_await gather_parameters(worker, portion);
  }
}

// Of one iteration; of one allgather of each portion.
struct Parts {
  double passes_s = 0;
  SumParts scatter;
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
    return allgather().duration(setup, network, setup.mlp.parameters_of_layer(layer)).seconds;
  };
  double begin_s = gather_s(0);
  double end_s = 0;
  for (std::int64_t visit = 0; visit < 2 * setup.mlp.layers; ++visit) {
    const std::int64_t layer = layer_at(setup, visit);
    const double product_s =
        setup.slowest_worker_s(layer_product(setup.mlp, layer, setup.batch_per_worker));
    const bool backward = visit >= setup.mlp.layers;
    if (backward) {
      const SumParts scatter =
          gradient_scatter_parts(setup, network, gradients_of(setup.mlp, {layer, 1}));
      end_s = max(end_s, begin_s + product_s) + gradient_scatter_term<double>(setup, scatter);
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
  parts.passes_s = slowest_passes_s(setup, setup.batch_per_worker);
  parts.update_s = setup.slowest_worker_s(update_work(setup.mlp, owned_by(setup, 0)));
  for (const LayerRange& portion : portions_of(setup)) {
    const std::int64_t count = setup.mlp.parameters(portion);
    parts.scatter.add(gradient_scatter_parts(setup, network, gradients_of(setup.mlp, portion)));
    const ClaimedTime gather = allgather().duration(setup, network, count);
    parts.gather_s += gather.seconds;
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
  if (!setup.same_devices())
    parts.claim.weaken(TimeClaim::estimate,
                       "unequal devices: all are taken to be as slow as the slowest");
  return parts;
}

// One thing after another.
template <class Term>
Term in_turn(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const Term update = T::seconds("t_update(n/P)", parts.update_s);
  const Term scatter = gradient_scatter_term<Term>(setup, parts.scatter);
  const Term gather = T::seconds("t_allgather(n)", parts.gather_s);
  const Term sharing = scatter + (divides_parameters(setup) ? Term(2) * gather : gather);
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

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

Count bytes_for(const Setup& setup, const char* option) {
  const std::int64_t chosen = setup.options.integer(option);
  return chosen == 0 ? setup.mlp.bytes_per_scalar : chosen;
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
  if (divides_parameters(setup))
    bytes += Count{largest_in_a_row(setup, prefetches(setup) ? 2 : 1)} *
             bytes_for(setup, "parameter_bytes");
  if (divides_gradients(setup))
    bytes += Count{gradients_at_once(setup)} * bytes_for(setup, "gradient_bytes");
  Count received = 0;
  for (const LayerRange& portion : portions_of(setup))
    received =
        std::max(received, gradient_scatter_buffers(setup, gradients_of(setup.mlp, portion)));
  return bytes + received;
}

// Parameters, gradients, optimizer state and residual of the worker that owns most.
Memory memory_of(const Setup& setup) {
  const Count all = setup.mlp.parameters();
  const Count owned = owned_by(setup, 0);
  Memory memory = replica_memory(setup);
  memory.parameters =
      (divides_parameters(setup) ? owned : all) * bytes_for(setup, "parameter_bytes");
  memory.gradients = (divides_gradients(setup) ? owned : all) * bytes_for(setup, "gradient_bytes");
  memory.versions = owned * setup.options.integer("optimizer_bytes") +
                    scatter_residual(setup) * bytes_for(setup, "gradient_bytes");
  memory.buffers = buffers_of(setup);
  return memory;
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] = iterations * 2 * setup.mlp.parameters();
  for (const LayerRange& portion : portions_of(setup)) {
    const std::int64_t count = setup.mlp.parameters(portion);
    const CollectiveCounts scatter =
        gradient_scatter_counts(setup, gradients_of(setup.mlp, portion));
    const CollectiveCounts gather = allgather().counts(setup, count);
    const Count gathers = divides_parameters(setup) ? 2 : 1;
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

}  // namespace

extern const Algorithm zero;
const Algorithm zero = {
    .kind = "zero",
    .title = "ZeRO: zero redundancy optimizer",
    .summary =
        "Synchronous SGD in which workers do not all keep the same: each owns a part of the "
        "optimizer's state, of the gradients and of the parameters, as the stage says, and gets "
        "the rest from the others when it needs it.",
    .approximation = "nothing: the same step as SGD on the joined mini-batch",
    .when_to_use = "When the activations fit one device but the model and its optimizer do not.",
    .source = "Rajbhandari et al., arXiv:1910.02054",
    .family = Family::data_parallel,
    .options = options,
    .workers = [](const Options&, int hosts) { return hosts; },
    .servers = [](const Options&) { return 0; },
    .check = nullptr,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .approximation_of =
        [](const Setup& setup) { return approximation_by_compression_alone(setup, setup.workers); },
    .own_ranges = owned_ranges,
};

}  // namespace lockstep::models
