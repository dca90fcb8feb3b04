#include "models/parts/stages/tensor_split.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cost/passes.hpp"
#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::models {

namespace {

// Over how many workers each layer is divided, and over how many the mini-batch.
std::int64_t parts_of_layer(const Setup& setup) {
  for (const IntegerOption* degree : {&model_parallel_option, &tensor_parallel_option})
    if (setup.options.has(*degree)) return setup.options[*degree];
  return setup.workers;
}
std::int64_t replicas_of(const Setup& setup) {
  const std::int64_t stages =
      setup.options.has(pipeline_parallel_option) ? setup.options[pipeline_parallel_option] : 1;
  return setup.workers / (parts_of_layer(setup) * stages);
}

}  // namespace

std::string idle_split(const Setup& setup) {
  return parts_of_layer(setup) > 1 ? std::string{} : "with layers that are not divided";
}

std::string idle_group_allreduce(const Setup& setup) {
  if (replicas_of(setup) > 1) return {};
  if (parts_of_layer(setup) == 1) return "with one replica of layers that are not divided";
  // By rows, the last layer of the model is summed.
  return setup.options[split_option] == "column"
             ? "with split \"column\", which gathers and scatters instead"
             : std::string{};
}

Split split_of(const Options& chosen) {
  const std::string& name = chosen[split_option];
  if (name == "row") return Split::row;
  return name == "pairs" ? Split::pairs : Split::column;
}

namespace {

bool by_columns(const Setup& setup, std::int64_t layer) {
  return by_columns(split_of(setup.options), layer);
}

// What member `index` of `parts` computes of a layer.
LayerPart part_of(const Setup& setup, std::int64_t layer, int parts, int index) {
  const LayerShape shape = setup.mlp.shape(layer);
  LayerPart part;
  part.biases = shape.outputs / parts;
  part.first_bias = index * part.biases;
  part.is_summand = !by_columns(setup, layer);
  part.activates_inputs = layer > 0 && !by_columns(setup, layer - 1);
  part.inputs = part.is_summand ? shape.inputs / parts : shape.inputs;
  part.outputs = part.is_summand ? shape.outputs : part.biases;
  part.first_input = part.is_summand ? index * part.inputs : 0;
  part.first_output = part.is_summand ? 0 : part.first_bias;
  return part;
}

// What the group exchanges at a point of a pass: nothing, or all of one layer's activations.
struct Step {
  const Collective* collective = nullptr;
  Buffer buffer = Buffer::activations;
  std::int64_t layer = 0;  // the activations before it
};

bool last_of_model(const Setup& setup, std::int64_t layer) { return layer + 1 == setup.mlp.layers; }

Step after_forward(const Setup& setup, std::int64_t layer) {
  const Split split = split_of(setup.options);
  if (by_columns(setup, layer)) {
    if (split == Split::pairs) return {};
    return {find_collective("allgather"), Buffer::activations, layer + 1};
  }
  // By rows the next layer needs of each sum only what a rank has of its inputs.
  if (split == Split::row && !last_of_model(setup, layer))
    return {find_collective("reduce_scatter"), Buffer::activations, layer + 1};
  return {&allreduce_of(setup.options), Buffer::activations, layer + 1};
}

Step before_backward(const Setup& setup, std::int64_t layer) {
  if (split_of(setup.options) != Split::row || last_of_model(setup, layer)) return {};
  return {find_collective("allgather"), Buffer::activation_gradients, layer + 1};
}

Step after_backward(const Setup& setup, std::int64_t layer) {
  if (layer == 0 || !by_columns(setup, layer)) return {};
  const bool scattered = split_of(setup.options) == Split::column;
  return {scattered ? find_collective("reduce_scatter") : &allreduce_of(setup.options),
          Buffer::activation_gradients, layer};
}

Scalars exchanged_in(const Setup& setup, const Step& step, std::int64_t samples) {
  return setup.mlp.scalars(ScalarKind::activation,
                           samples * setup.mlp.activations_before(step.layer));
}

Program exchange(Worker& worker, SplitPass pass, Step step, Tag tag) {
  if (step.collective == nullptr) co_return;
  const Setup& setup = worker.setup();
  const Payload payload{.buffer = step.buffer,
                        .count = exchanged_in(setup, step, pass.samples).count,
                        .layer = static_cast<std::int32_t>(step.layer),
                        .micro_batch = static_cast<std::int32_t>(pass.micro_batch),
                        .samples = pass.samples};
  co_await step.collective->group_program(worker, pass.group, payload, tag);
}

}  // namespace

std::vector<OwnRange> split_ranges(const Setup& setup, LayerRange layers, int parts, int index) {
  std::vector<OwnRange> ranges;
  const auto add = [&ranges](std::int64_t offset, std::int64_t count) {
    if (!ranges.empty() && ranges.back().offset + ranges.back().count == offset)
      ranges.back().count += count;
    else
      ranges.push_back({offset, count});
  };
  for (std::int64_t layer = layers.first; layer < layers.end(); ++layer) {
    const LayerPart part = part_of(setup, layer, parts, index);
    const std::int64_t first = setup.mlp.parameters({0, layer});
    const std::int64_t row = setup.mlp.shape(layer).inputs + 1;
    if (parts == 1 || !part.is_summand) {
      add(first + part.first_output * row, part.outputs * row);
      continue;
    }
    for (std::int64_t output = 0; output < part.outputs; ++output)
      add(first + output * row + part.first_input, part.inputs);
    for (std::int64_t bias = part.first_bias; bias < part.first_bias + part.biases; ++bias)
      add(first + bias * row + row - 1, 1);
  }
  return ranges;
}

Program split_forward(Worker& worker, SplitPass pass, Tag tag) {
  const Setup& setup = worker.setup();
  const int index = pass.group.index_of(worker.rank());
  for (std::int64_t layer = pass.layers.first; layer < pass.layers.end(); ++layer) {
    const LayerPart part = part_of(setup, layer, pass.group.count, index);
    co_await worker.product(ComputeKind::forward, layer, pass.samples, pass.micro_batch, part);
    co_await exchange(worker, pass, after_forward(setup, layer), tag);
  }
}

Program split_backward(Worker& worker, SplitPass pass, Tag tag) {
  const Setup& setup = worker.setup();
  const int index = pass.group.index_of(worker.rank());
  for (std::int64_t layer = pass.layers.end() - 1; layer >= pass.layers.first; --layer) {
    const LayerPart part = part_of(setup, layer, pass.group.count, index);
    co_await exchange(worker, pass, before_backward(setup, layer), tag);
    co_await worker.product(ComputeKind::backward_weight, layer, pass.samples, pass.micro_batch,
                            part);
    if (layer > 0)
      co_await worker.product(ComputeKind::backward_input, layer, pass.samples, pass.micro_batch,
                              part);
    co_await exchange(worker, pass, after_backward(setup, layer), tag);
  }
}

namespace {

// Calls `visit(step)` for what is exchanged in a forward or a backward pass.
template <class Visit>
void for_steps(const Setup& setup, LayerRange layers, bool forward, const Visit& visit) {
  for (std::int64_t layer = layers.first; layer < layers.end(); ++layer) {
    const std::array<Step, 2> steps = {
        forward ? after_forward(setup, layer) : before_backward(setup, layer),
        forward ? Step{} : after_backward(setup, layer)};
    for (const Step& step : steps)
      if (step.collective != nullptr) visit(step);
  }
}

}  // namespace

void count_split_exchanges(ClosedForm& form, const Setup& setup, const SplitPass& pass,
                           Count times) {
  for (const bool forward : {true, false})
    for_steps(setup, pass.layers, forward, [&](const Step& step) {
      const CollectiveCounts counts =
          step.collective->group_counts(setup, pass.group, exchanged_in(setup, step, pass.samples));
      form.bytes += times * counts.bytes;
      form.messages += times * counts.messages;
      form.flops[ComputeKind::reduce] += times * counts.reduce_flops;
    });
}

SplitTimes split_times(const Setup& setup, NetworkView& network, const SplitPass& pass) {
  SplitTimes times;
  for (std::int64_t layer = pass.layers.first; layer < pass.layers.end(); ++layer) {
    // All parts of a layer are equally large, so that the first stands for each.
    const LayerPart part = part_of(setup, layer, pass.group.count, 0);
    const double product_s =
        setup.slowest_worker_s(product_of(setup.mlp, part.shape(), pass.samples));
    times.forward_s += product_s;
    times.backward_s += layer > 0 ? 2 * product_s : product_s;
  }
  for (const bool forward : {true, false}) {
    double& seconds = forward ? times.forward_exchange_s : times.backward_exchange_s;
    for_steps(setup, pass.layers, forward, [&](const Step& step) {
      const ClaimedTime one = step.collective->group_duration(
          setup, network, pass.group, exchanged_in(setup, step, pass.samples));
      seconds += one.seconds;
      times.exchanges.weaken(one.claim, one.leaves_out);
    });
  }
  times.exchanges.seconds = times.forward_exchange_s + times.backward_exchange_s;
  return times;
}

Memory split_memory(const Setup& setup, const SplitPass& pass) {
  const Count parts = pass.group.count;
  const Count parameters = Count{setup.mlp.parameters(pass.layers)} / parts;
  Count scalars = 0;
  std::int64_t whole_gradients = 0;
  for (std::int64_t layer = pass.layers.first; layer < pass.layers.end(); ++layer) {
    const Count inputs = setup.mlp.activations_before(layer);
    scalars += by_columns(setup, layer) ? inputs : inputs / parts;
    if (parts > 1 && before_backward(setup, layer).collective != nullptr)
      whole_gradients = std::max(whole_gradients, setup.mlp.activations_before(layer + 1));
  }
  const std::int64_t last = pass.layers.end() - 1;
  const Count outputs = setup.mlp.activations_before(last + 1);
  const bool scattered = split_of(setup.options) == Split::row && !last_of_model(setup, last);
  scalars += scattered ? outputs / parts : outputs;
  std::int64_t unfolded = 0;
  for (const bool forward : {true, false})
    for_steps(setup, pass.layers, forward, [&](const Step& step) {
      unfolded = std::max(
          unfolded,
          step.collective->unfolded(setup, pass.group, exchanged_in(setup, step, pass.samples)));
    });
  const Precision& precision = setup.mlp.precision;
  return {.parameters = parameters * precision.parameters,
          .gradients = parameters * precision.gradients,
          .activations = scalars * pass.samples * precision.activations,
          .versions = update_state_bytes(setup, parameters),
          .buffers = (unfolded + Count{whole_gradients} * pass.samples) * precision.activations};
}

void check_split(const Setup& setup, int parts, Faults& faults) {
  const auto divides = [&](std::int64_t scalars, const std::string& where) {
    if (scalars % parts != 0)
      faults.push_back({where, fmt::format("must be a multiple of the {} ranks of {} that divide "
                                           "each layer, found {}",
                                           parts, setup.label, scalars)});
  };
  if (split_of(setup.options) == Split::pairs && setup.mlp.layers % 2 != 0)
    faults.push_back(
        {setup.pointer + "/split",
         fmt::format("\"pairs\" needs an even number of layers, found {}", setup.mlp.layers)});
  if (setup.mlp.equally_wide()) {
    divides(setup.mlp.width, "/model/width");
    return;
  }
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) {
    const std::string where = fmt::format("/model/layers/{}", layer);
    if (layer == 0 && split_of(setup.options) == Split::row)
      divides(setup.mlp.shape(layer).inputs, where + "/inputs");
    divides(setup.mlp.shape(layer).outputs, where + "/outputs");
  }
}

}  // namespace lockstep::models
