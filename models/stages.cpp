#include "models/stages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/network_view.hpp"

namespace lockstep::models {

Pipeline pipeline_of(const Setup& setup) {
  const std::int64_t asked = setup.options.integer("micro_batches");
  const std::int64_t micro_batches = asked == 0 ? setup.workers : asked;
  return {setup.workers, micro_batches, setup.global_batch / micro_batches};
}

namespace {

Payload activations(const Setup& setup, Buffer buffer) {
  return {buffer, 0, pipeline_of(setup).samples * setup.mlp.width};
}

LayerRange layers_of(const Worker& worker) {
  return layers_of_stage(worker.setup().mlp, worker.workers(), worker.rank());
}

}  // namespace

Program stage_forward(Worker& worker, std::int64_t micro_batch) {
  const Tag tag = static_cast<Tag>(micro_batch);
  const Setup& setup = worker.setup();
  if (worker.rank() > 0) {
    const Message input = co_await worker.receive(worker.rank() - 1, tag);
    co_await worker.store(input);
  }
  co_await forward_pass(worker, layers_of(worker), pipeline_of(setup).samples, micro_batch);
  if (worker.rank() + 1 < worker.workers())
    co_await worker.post(worker.rank() + 1, tag, activations(setup, Buffer::activations));
}

Program stage_backward(Worker& worker, std::int64_t micro_batch, bool rematerialize) {
  const Tag tag = static_cast<Tag>(micro_batch);
  const Setup& setup = worker.setup();
  const std::int64_t samples = pipeline_of(setup).samples;
  if (worker.rank() + 1 < worker.workers()) {
    const Message gradient = co_await worker.receive(worker.rank() + 1, tag);
    co_await worker.store(gradient);
  }
  if (rematerialize) co_await forward_pass(worker, layers_of(worker), samples, micro_batch);
  co_await backward_pass(worker, layers_of(worker), samples, micro_batch);
  if (worker.rank() > 0)
    co_await worker.post(worker.rank() - 1, tag, activations(setup, Buffer::activation_gradients));
}

Program stage_update(Worker& worker) {
  co_await worker.update(parameters_of(worker.setup().mlp, layers_of(worker)));
}

std::vector<StageTimes> stage_times(const Setup& setup, bool rematerialize) {
  const Pipeline pipeline = pipeline_of(setup);
  NetworkView network(setup);
  std::vector<StageTimes> times(static_cast<std::size_t>(pipeline.stages));
  for (int stage = 0; stage < pipeline.stages; ++stage) {
    const LayerRange layers = layers_of_stage(setup.mlp, pipeline.stages, stage);
    const double product = product_s(setup, stage, pipeline.samples);
    StageTimes& mine = times[static_cast<std::size_t>(stage)];
    mine.forward_s = static_cast<double>(layers.count) * product;
    mine.backward_s = static_cast<double>(backward_products(layers)) * product +
                      (rematerialize ? mine.forward_s : 0);
    mine.update_s = update_s(setup, stage, parameters_of(setup.mlp, layers).count);
    if (stage + 1 == pipeline.stages) break;
    const std::int64_t bytes =
        activations(setup, Buffer::activations).count * setup.mlp.bytes_per_scalar;
    mine.hop_s = network.message(stage, stage + 1, bytes).seconds();
    mine.back_hop_s = network.message(stage + 1, stage, bytes).seconds();
    switch (setup.cluster.sharing) {
      case Sharing::none:
        break;
      case Sharing::single_port:
        mine.transfer_s = mine.hop_s;
        mine.back_transfer_s = mine.back_hop_s;
        break;
      case Sharing::max_min:
        mine.transfer_s = network.transfer_s(stage, stage + 1, bytes);
        mine.back_transfer_s = network.transfer_s(stage + 1, stage, bytes);
        break;
    }
  }
  return times;
}

void count_pipeline(ClosedForm& form, const Setup& setup, bool rematerialize) {
  const Pipeline pipeline = pipeline_of(setup);
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  if (rematerialize) form.flops[ComputeKind::forward] *= 2;
  form.flops[ComputeKind::update] = iterations * 2 * setup.mlp.parameters();
  form.messages = iterations * 2 * (pipeline.stages - 1) * pipeline.micro_batches;
  form.bytes = form.messages * pipeline.samples * setup.mlp.width * setup.mlp.bytes_per_scalar;
}

Memory pipeline_memory(const Setup& setup, bool rematerialize,
                       std::int64_t (*in_flight)(const Pipeline&, int stage)) {
  const Pipeline pipeline = pipeline_of(setup);
  Memory most;
  for (int stage = 0; stage < pipeline.stages; ++stage) {
    const LayerRange layers = layers_of_stage(setup.mlp, pipeline.stages, stage);
    const Count parameters =
        Count{parameters_of(setup.mlp, layers).count} * setup.mlp.bytes_per_scalar;
    const Count kept = in_flight(pipeline, stage);
    const Count whole = stashed_bytes(setup.mlp, layers.count, pipeline.samples);
    const Count input = stashed_bytes(setup.mlp, 0, pipeline.samples);
    const Memory mine{.parameters = parameters,
                      .gradients = parameters,
                      .activations = rematerialize ? (kept - 1) * input + whole : kept * whole};
    if (mine.total() > most.total()) most = mine;
  }
  return most;
}

bool stages_do_not_contend(const Setup& setup, bool both_ways) {
  NetworkView network(setup);
  if (setup.workers == 1 || setup.cluster.sharing == Sharing::none) return true;
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

void check_pipeline(const Setup& setup, Faults& faults) {
  const std::int64_t asked = setup.options.integer("micro_batches");
  const std::string stages = setup.pointer + "/stages";
  const std::string micro_batches = setup.pointer + "/micro_batches";
  if (setup.workers > setup.cluster.hosts())
    faults.push_back({stages, fmt::format("must be at most the {} hosts, found {}",
                                          setup.cluster.hosts(), setup.workers)});
  if (setup.workers > setup.mlp.layers)
    faults.push_back(
        {stages, fmt::format("must be at most the {} layers of the model, found {}{}",
                             setup.mlp.layers, setup.workers,
                             setup.options.integer("stages") == 0 ? " (one for each host)" : "")});
  const std::int64_t count = asked == 0 ? setup.workers : asked;
  if (count > setup.global_batch)
    faults.push_back({micro_batches, fmt::format("must be at most the {} samples of a mini-batch, "
                                                 "found {}",
                                                 setup.global_batch, count)});
  else if (setup.global_batch % count != 0)
    faults.push_back({micro_batches, fmt::format("must divide the {} samples of a mini-batch, "
                                                 "found {}",
                                                 setup.global_batch, count)});
}

int pipeline_workers(const Options& options, int hosts) {
  const std::int64_t asked = options.integer("stages");
  return asked == 0 ? hosts : static_cast<int>(asked);
}

}  // namespace lockstep::models
