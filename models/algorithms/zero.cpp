// ZeRO, the zero redundancy optimizer: synchronous data parallelism in which each worker owns 1/P
// of what the others need not keep. Stage 1 divides the optimizer's state, stage 2 the gradients
// too, stage 3 the parameters too; what is not kept is gathered when it is needed.
//
//   stage 1     gradients are reduce-scattered, each worker updates its block, parameters
//   allgathered stage 2     the same layer by layer, gradients as soon as a layer's are there stage
//   3     a layer's parameters are allgathered before its forward pass and again before its
//               backward pass, its gradients reduce-scattered after that
//
// In bytes, 1 and 2 send what an allreduce sends, 3 half as much again. Nothing overlaps here, and
// the last layer is gathered twice too. Memory is the paper's: without the one layer that stages 2
// and 3 have whole for a moment. Rajbhandari et al.: "ZeRO: memory optimizations toward training
// trillion parameter models", arXiv:1910.02054.
#include <vector>

#include "models/algorithm.hpp"
#include "models/collectives/collective.hpp"
#include "models/passes.hpp"

namespace lockstep::models {

namespace {

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
};

bool divides_gradients(const Setup& setup) { return setup.options.integer("stage") >= 2; }
bool divides_parameters(const Setup& setup) { return setup.options.integer("stage") >= 3; }

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

const Collective& reduce_scatter() { return *find_collective("reduce_scatter"); }
const Collective& allgather() { return *find_collective("allgather"); }

Program gather_parameters(Worker& worker, LayerRange layers) {
  return allgather().program(worker, parameters_of(worker.setup().mlp, layers), 0);
}
Program scatter_gradients(Worker& worker, LayerRange layers) {
  return reduce_scatter().program(worker, gradients_of(worker.setup().mlp, layers), 0);
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

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange all = all_layers(setup.mlp);
  const Payload mine{Buffer::own_parameters, 0, owned_by(setup, worker.rank())};
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (divides_gradients(setup)) {
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
  double scatter_s = 0;
  double gather_s = 0;
  double update_s = 0;
  ClaimedTime claim;
};

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  Parts parts;
  parts.passes_s = slowest_passes_s(setup, setup.batch_per_worker);
  parts.update_s = setup.slowest_worker_s(update_work(setup.mlp, owned_by(setup, 0)));
  for (const LayerRange& portion : portions_of(setup)) {
    const std::int64_t count = setup.mlp.parameters(portion);
    const ClaimedTime scatter = reduce_scatter().duration(setup, network, count);
    const ClaimedTime gather = allgather().duration(setup, network, count);
    parts.scatter_s += scatter.seconds;
    parts.gather_s += gather.seconds;
    parts.claim.weaken(scatter.claim, scatter.leaves_out);
    parts.claim.weaken(gather.claim, gather.leaves_out);
  }
  if (!setup.same_devices())
    parts.claim.weaken(TimeClaim::estimate,
                       "unequal devices: all are taken to be as slow as the slowest");
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term scatter = T::seconds("t_reduce_scatter(n)", parts.scatter_s);
  const Term gather = T::seconds("t_allgather(n)", parts.gather_s);
  const Term sharing = scatter + (divides_parameters(setup) ? Term(2) * gather : gather);
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (passes_term<Term>(setup, parts.passes_s) + sharing +
          T::seconds("t_update(n/P)", parts.update_s));
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

Count bytes_for(const Setup& setup, const char* option) {
  const std::int64_t chosen = setup.options.integer(option);
  return chosen == 0 ? setup.mlp.bytes_per_scalar : chosen;
}

// Parameters, gradients and optimizer state of the worker that owns most.
Memory memory_of(const Setup& setup) {
  const Count all = setup.mlp.parameters();
  const Count owned = owned_by(setup, 0);
  Memory memory = replica_memory(setup);
  memory.parameters =
      (divides_parameters(setup) ? owned : all) * bytes_for(setup, "parameter_bytes");
  memory.gradients = (divides_gradients(setup) ? owned : all) * bytes_for(setup, "gradient_bytes");
  memory.versions = owned * setup.options.integer("optimizer_bytes");
  return memory;
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] = iterations * 2 * setup.mlp.parameters();
  for (const LayerRange& portion : portions_of(setup)) {
    const std::int64_t count = setup.mlp.parameters(portion);
    const CollectiveCounts scatter = reduce_scatter().counts(setup, count);
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
    .own_ranges = owned_ranges,
};

}  // namespace lockstep::models
