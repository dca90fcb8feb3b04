#include "models/parts/stages/stages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cost/network_view.hpp"

namespace lockstep::models {

namespace {

// Algorithms that do not declare the option send mini-batches whole.
bool divides_mini_batches(const Setup& setup) {
  return std::ranges::any_of(setup.algorithm->options, [](const OptionSpec& option) {
    return option.name == micro_batches_option.name;
  });
}

}  // namespace

Pipeline pipeline_of(const Setup& setup) {
  if (!divides_mini_batches(setup)) return {setup.workers, 1, setup.global_batch};
  const std::int64_t asked = setup.options[micro_batches_option];
  const std::int64_t micro_batches = asked == 0 ? setup.workers : asked;
  return {setup.workers, micro_batches, setup.global_batch / micro_batches};
}

namespace {

// The first layer after the stage.
std::int64_t after_stage(const Setup& setup, Rank stage) {
  const LayerRange layers = layers_of_stage(setup.mlp, setup.workers, stage);
  return layers.first + layers.count;
}

std::int64_t message_bytes(const Setup& setup, const Pipeline& pipeline, Rank stage) {
  return activation_bytes_before(setup, after_stage(setup, stage), pipeline.samples);
}

Payload stage_parameters(const Setup& setup, Rank stage) {
  return block_parameters(setup, layers_of_stage(setup.mlp, setup.workers, stage));
}

LayerRange layers_of(const Worker& worker) {
  return layers_of_stage(worker.setup().mlp, worker.workers(), worker.rank());
}

}  // namespace

LayerBlock stage_block(const Worker& worker, Tag tag) {
  const Rank rank = worker.rank();
  const Neighbour none;
  return {.layers = layers_of(worker),
          .previous = rank > 0 ? Neighbour{rank - 1, tag, tag} : none,
          .next = rank + 1 < worker.workers() ? Neighbour{rank + 1, tag, tag} : none};
}

Program stage_forward(Worker& worker, std::int64_t micro_batch, Weights weights) {
  return block_forward(worker, stage_block(worker, static_cast<Tag>(micro_batch)),
                       pipeline_of(worker.setup()).samples, micro_batch, weights);
}

Program stage_backward(Worker& worker, std::int64_t micro_batch, bool rematerialize,
                       Weights weights) {
  return block_backward(worker, stage_block(worker, static_cast<Tag>(micro_batch)),
                        pipeline_of(worker.setup()).samples, micro_batch, rematerialize, weights);
}

Program stage_backward_from_here(Worker& worker, std::int64_t micro_batch) {
  return block_backward_from_here(worker, stage_block(worker, static_cast<Tag>(micro_batch)),
                                  pipeline_of(worker.setup()).samples, micro_batch);
}

Program stage_backward_input(Worker& worker, std::int64_t micro_batch) {
  const LayerBlock block = stage_block(worker, static_cast<Tag>(micro_batch));
  const std::int64_t samples = pipeline_of(worker.setup()).samples;
  co_await receive_gradient(worker, block);
  co_await block_input_gradients(worker, block.layers, samples, micro_batch);
  co_await post_gradient(worker, block, samples, micro_batch);
}

Program stage_backward_weight(Worker& worker, std::int64_t micro_batch) {
  return block_weight_gradients(worker, layers_of(worker), pipeline_of(worker.setup()).samples,
                                micro_batch);
}

Program stage_update(Worker& worker, std::int64_t staleness) {
  return stage_update(worker, staleness, worker.setup().step_rule());
}

Program stage_update(Worker& worker, std::int64_t staleness, const UpdateRule& rule) {
  co_await worker.update(stage_parameters(worker.setup(), worker.rank()), staleness, rule);
}

namespace {

StageTimes computing_times(const Setup& setup, const Pipeline& pipeline, int stage) {
  if (const MeasuredStage* measured = setup.measured_stage(stage))
    return {.forward_s = measured->forward.seconds(),
            .backward_s = measured->backward_input.seconds() + measured->backward_weight.seconds(),
            .backward_weight_s = measured->backward_weight.seconds()};
  const LayerRange layers = layers_of_stage(setup.mlp, pipeline.stages, stage);
  const double one_way_s = forward_s(setup, stage, layers, pipeline.samples);
  const double weight_s = one_way_s;  // the same products
  return {.forward_s = one_way_s,
          .backward_s = weight_s + backward_input_s(setup, stage, layers, pipeline.samples),
          .backward_weight_s = weight_s,
          .update_s = update_s(setup, stage, parameters_of(setup.mlp, layers).count)};
}

// A message between neighbours, and the part of it that keeps a link busy.
struct Hop {
  double whole_s = 0;
  double transfer_s = 0;
};

Hop hop_of(const Setup& setup, NetworkView& network, Rank from, Rank to, std::int64_t bytes) {
  const MeasuredStage* measured = setup.measured_stage(from);
  if (measured != nullptr && measured->send) return {measured->send->seconds(), 0};
  const double whole_s = network.message(from, to, bytes).seconds();
  switch (setup.cluster.sharing) {
    case Sharing::none:
      if (setup.cluster.connections == Connections::independent) return {whole_s, 0};
      break;
    case Sharing::single_port:
      return {whole_s, whole_s};
    case Sharing::max_min:
      break;
  }
  return {whole_s, network.transfer_s(from, to, bytes)};
}

}  // namespace

std::vector<StageTimes> stage_times(const Setup& setup, bool rematerialize) {
  const Pipeline pipeline = pipeline_of(setup);
  NetworkView network(setup);
  std::vector<StageTimes> times(static_cast<std::size_t>(pipeline.stages));
  for (int stage = 0; stage < pipeline.stages; ++stage) {
    StageTimes& mine = times[static_cast<std::size_t>(stage)];
    mine = computing_times(setup, pipeline, stage);
    if (rematerialize) mine.backward_s += mine.forward_s;
    if (stage + 1 == pipeline.stages) break;
    const std::int64_t bytes =
        activation_bytes_before(setup, after_stage(setup, stage), pipeline.samples);
    const Hop there = hop_of(setup, network, stage, stage + 1, bytes);
    const Hop back = hop_of(setup, network, stage + 1, stage, bytes);
    mine.hop_s = there.whole_s;
    mine.back_hop_s = back.whole_s;
    mine.transfer_s = there.transfer_s;
    mine.back_transfer_s = back.transfer_s;
  }
  return times;
}

void count_pipeline(ClosedForm& form, const Setup& setup, bool rematerialize) {
  const Pipeline pipeline = pipeline_of(setup);
  const Count iterations = setup.training.iterations;
  if (setup.measured.empty()) {
    count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
    if (rematerialize) form.flops[ComputeKind::forward] *= 2;
    form.flops[ComputeKind::update] = iterations * setup.step_rule().flops * setup.mlp.parameters();
  }
  form.messages = iterations * 2 * (pipeline.stages - 1) * pipeline.micro_batches;
  for (int stage = 0; stage + 1 < pipeline.stages; ++stage)
    form.bytes += iterations * 2 * pipeline.micro_batches * message_bytes(setup, pipeline, stage);
}

namespace {

// The next input of a stage, unless it is among those that are kept already, and the gradient of an
// output: they arrive while the stage computes.
Count received_beside(const Setup& setup, const Pipeline& pipeline, int stage, std::int64_t kept) {
  const bool more = setup.algorithm->unflushed || kept < pipeline.micro_batches;
  Count bytes = 0;
  if (stage > 0 && more) bytes += message_bytes(setup, pipeline, stage - 1);
  if (stage + 1 < setup.workers) bytes += message_bytes(setup, pipeline, stage);
  return bytes;
}

}  // namespace

Memory stage_memory(const Setup& setup, bool rematerialize, int stage, std::int64_t kept) {
  const Pipeline pipeline = pipeline_of(setup);
  const Count parameters = stage_parameters(setup, stage).count;
  const LayerRange layers = layers_of_stage(setup.mlp, pipeline.stages, stage);
  const MeasuredStage* measured = setup.measured_stage(stage);
  const Count whole = measured != nullptr ? Count{measured->activation_bytes}
                                          : stashed_bytes(setup.mlp, layers, pipeline.samples);
  const Count input =
      measured != nullptr ? whole : stashed_bytes(setup.mlp, {layers.first, 0}, pipeline.samples);
  return {.parameters = parameters * setup.mlp.precision.parameters,
          .gradients = parameters * setup.mlp.precision.gradients,
          .activations = rematerialize ? (kept - 1) * input + whole : kept * whole,
          .versions = update_state_bytes(setup, parameters),
          .buffers = received_beside(setup, pipeline, stage, kept)};
}

Memory pipeline_memory(const Setup& setup, bool rematerialize,
                       std::int64_t (*in_flight)(const Pipeline&, int stage)) {
  const Pipeline pipeline = pipeline_of(setup);
  return most_memory(setup, [&](int stage) {
    return stage_memory(setup, rematerialize, stage, in_flight(pipeline, stage));
  });
}

bool stages_do_not_contend(const Setup& setup, bool both_ways) {
  NetworkView network(setup);
  if (setup.workers == 1 || setup.cluster.sharing == Sharing::none) return true;
  if (setup.all_sends_measured()) return true;
  // A stage receives from both neighbours: at a shared link or port these can meet.
  if (network.hosts_share_links() || setup.cluster.sharing == Sharing::single_port)
    return !both_ways || setup.workers == 2;
  if (network.uniform()) return true;
  std::vector<Pair> pairs;
  for (Rank stage = 0; stage + 1 < setup.workers; ++stage) {
    pairs.emplace_back(stage, stage + 1);
    if (both_ways) pairs.emplace_back(stage + 1, stage);
  }
  if (network.round(pairs, 1).contended) return false;
  for (Pair& pair : pairs) std::swap(pair.first, pair.second);
  return !network.round(pairs, 1).contended;
}

void check_stages(const Setup& setup, Faults& faults, const IntegerOption& option) {
  const std::string stages = fmt::format("{}/{}", setup.pointer, option.name);
  if (setup.workers > setup.cluster.hosts())
    faults.push_back({stages, fmt::format("must be at most the number of hosts, {}, found {}",
                                          setup.cluster.hosts(), setup.workers)});
  if (setup.measured.empty() && setup.workers > setup.mlp.layers)
    faults.push_back(
        {stages, fmt::format("must be at most the number of layers of the model, {}, found {}{}",
                             setup.mlp.layers, setup.workers,
                             setup.options[option] == 0 ? " (one for each host)" : "")});
}

void check_pipeline(const Setup& setup, Faults& faults) {
  check_stages(setup, faults);
  if (!divides_mini_batches(setup)) return;
  const std::int64_t asked = setup.options[micro_batches_option];
  const std::string micro_batches = setup.pointer + "/micro_batches";
  const std::int64_t count = asked == 0 ? setup.workers : asked;
  if (count > setup.global_batch)
    faults.push_back(
        {micro_batches, fmt::format("must be at most the number of samples of a mini-batch, {}, "
                                    "found {}",
                                    setup.global_batch, count)});
  else if (setup.global_batch % count != 0)
    faults.push_back({micro_batches, fmt::format("must divide the {} samples of a mini-batch, "
                                                 "found {}",
                                                 setup.global_batch, count)});
}

int pipeline_workers(const Options& options, int hosts) {
  const std::int64_t asked = options[stages_option];
  return asked == 0 ? hosts : static_cast<int>(asked);
}

}  // namespace lockstep::models
