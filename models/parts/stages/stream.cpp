#include "models/parts/stages/stream.hpp"

#include <algorithm>

#include "models/cost/passes.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

std::vector<StreamStage> stages_in_a_row(std::span<const PartitionStage> partition) {
  std::vector<StreamStage> stages;
  int left = 0;
  for (const PartitionStage& stage : partition) left += stage.machines;
  Rank first = 0;
  for (const PartitionStage& stage : partition) {
    const std::int64_t under_way = (left + stage.machines - 1) / stage.machines;
    stages.push_back({stage.layers, first, stage.machines, under_way - 1});
    first += stage.machines;
    left -= stage.machines;
  }
  return stages;
}

std::vector<StreamStage> even_stages(const Setup& setup) {
  std::vector<PartitionStage> stages;
  for (int stage = 0; stage < setup.workers; ++stage)
    stages.push_back({layers_of_stage(setup.mlp, setup.workers, stage), 1});
  return stages_in_a_row(stages);
}

Group group_of(const StreamStage& stage) { return {stage.first, stage.replicas, 1}; }

namespace {

// A rank's part of a stream.
struct Part {
  std::size_t stage = 0;
  std::int64_t replica = 0;
  std::int64_t turns = 0;  // micro-batches that it has
  std::int64_t ahead = 0;
};

std::size_t index_of_stage(const Stream& stream, Rank rank) {
  const auto after = std::ranges::upper_bound(stream.stages, rank, {}, &StreamStage::first);
  return static_cast<std::size_t>(after - stream.stages.begin()) - 1;
}

Part part_of(const Stream& stream, Rank rank) {
  const std::size_t index = index_of_stage(stream, rank);
  const StreamStage& stage = stream.stages[index];
  Part part{.stage = index, .replica = rank - stage.first};
  part.turns = block_count(stream.micro_batches, stage.replicas, part.replica);
  part.ahead = std::min(stage.ahead, part.turns);
  return part;
}

Rank rank_of(const StreamStage& stage, std::int64_t micro_batch) {
  return stage.first + static_cast<Rank>(micro_batch % stage.replicas);
}

// Messages between two ranks arrive in the order of the micro-batches.
LayerBlock block_of(const Stream& stream, std::size_t stage, std::int64_t micro_batch) {
  const auto tag = static_cast<Tag>(2 * stage);
  LayerBlock block;
  block.layers = stream.stages[stage].layers;
  if (stage > 0) block.previous = {rank_of(stream.stages[stage - 1], micro_batch), tag, tag + 1};
  if (stage + 1 < stream.stages.size())
    block.next = {rank_of(stream.stages[stage + 1], micro_batch), tag + 2, tag + 3};
  return block;
}

// What micro-batch number `turn` of a rank reads after `updates` updates; at stages after the
// first, another version may come with its message.
std::int64_t version_read(const Stream& stream, std::int64_t turn, std::int64_t updates) {
  if (stream.reading != Reading::previous || stream.stages.size() == 1) return updates;
  return std::max<std::int64_t>(0, turn / stream.update_every - 1);
}

// Sums the gradients of a stage's replicas, if there are several, and updates.
Program update_together(Worker& worker, const Stream& stream, const StreamStage& stage,
                        std::int64_t staleness) {
  const Setup& setup = worker.setup();
  const auto tag = static_cast<Tag>(2 * stream.stages.size());
  if (stage.replicas > 1)
    co_await sum_gradients(worker, group_of(stage), gradients_of(setup.mlp, stage.layers), tag);
  co_await worker.update(block_parameters(setup, stage.layers), staleness);
}

}  // namespace

const StreamStage& stage_of(const Stream& stream, Rank rank) {
  return stream.stages[index_of_stage(stream, rank)];
}

Program stream_program(Worker& worker, const Stream& stream) {
  const Part part = part_of(stream, worker.rank());
  const StreamStage& stage = stream.stages[part.stage];
  // The version that each micro-batch under way was computed from.
  std::vector<std::int64_t> versions(static_cast<std::size_t>(part.ahead + 1));
  std::int64_t updates = 0;
  for (std::int64_t turn = 0; turn < part.turns + part.ahead; ++turn) {
    if (turn < part.turns) {
      const std::int64_t index = part.replica + turn * stage.replicas;
      if (turn % stream.update_every == 0) co_await worker.begin_iteration();
      std::int64_t& version = versions[static_cast<std::size_t>(turn) % versions.size()];
      version = version_read(stream, turn, updates);
      co_await block_forward(worker, block_of(stream, part.stage, index), stream.samples, index,
                             {.version = version},
                             stream.reading == Reading::input_stage ? &version : nullptr);
      check(version <= updates, "a micro-batch reads version {} of {}", version, updates);
    }
    const std::int64_t back = turn - part.ahead;
    if (back < 0) continue;
    const std::int64_t index = part.replica + back * stage.replicas;
    const std::int64_t read = versions[static_cast<std::size_t>(back) % versions.size()];
    co_await block_backward(worker, block_of(stream, part.stage, index), stream.samples, index,
                            false, {.version = stream.stashes ? read : current_version});
    if ((back + 1) % stream.update_every != 0) continue;
    co_await update_together(worker, stream, stage, updates - read);
    ++updates;
  }
  // Without a last micro-batch it adds zero to those of other replicas, which are as old as one of
  // its own would be.
  if (updates == stream.updates(stage)) co_return;
  co_await worker.copy(gradients_of(worker.setup().mlp, stage.layers), Buffer::gradients, 0);
  co_await update_together(worker, stream, stage, std::min(updates, stage.ahead));
}

}  // namespace lockstep::models
