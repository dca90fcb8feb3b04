#include "models/parts/stages/two_chunks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cost/passes.hpp"

namespace lockstep::models {

PassWalk::PassWalk(const TwoChunkOrder& order, int place, int places, std::int64_t micro_batches)
    : turns_(order.turns(place, places, std::max(micro_batches, order.least(places)))),
      micro_batches_(micro_batches) {}

bool PassWalk::number(Pass& pass) {
  Chunk& chunk = chunks_[static_cast<std::size_t>(pass.chunk)];
  switch (pass.kind) {
    case PassKind::forward:
      pass.micro_batch = chunk.forwards++;
      break;
    case PassKind::backward:
      pass.micro_batch = chunk.backwards++;
      break;
    case PassKind::backward_input:
      pass.micro_batch = chunk.backwards++;
      chunk.weights_due.push_back(pass.micro_batch);
      break;
    case PassKind::backward_weight:
      pass.micro_batch = chunk.weights_due.front();
      chunk.weights_due.pop_front();
      break;
  }
  return pass.micro_batch < micro_batches_;
}

PassUnit PassWalk::next() {
  PassUnit unit;
  while (unit.empty() && turn_ < turns_.size()) {
    const PassTurns& turns = turns_[turn_];
    if (repeat_ == turns.repeats) {
      ++turn_;
      repeat_ = 0;
      continue;
    }
    for (Pass pass : turns.units[unit_])
      if (number(pass)) unit.push_back(pass);
    if (++unit_ == turns.units.size()) {
      unit_ = 0;
      ++repeat_;
    }
  }
  return unit;
}

// One stage is both ends of its pipeline: there is one way through it.
TwoChunkPlaces two_chunk_places(const Setup& setup, const TwoChunkOrder& order) {
  const Pipeline pipeline = pipeline_of(setup);
  const int ways = order.both_ways && pipeline.stages > 1 ? 2 : 1;
  return {pipeline.stages, ways, pipeline.micro_batches / ways, pipeline.samples};
}

LayerRange layers_of_block(const Setup& setup, const TwoChunkPlaces& places, int block) {
  return layers_of_stage(setup.mlp, places.blocks(), block);
}

std::vector<LayerRange> layers_to_update(const Setup& setup, const TwoChunkPlaces& places,
                                         Rank rank) {
  const LayerRange first = layers_of_block(setup, places, places.block_of(rank, 0));
  const LayerRange second = layers_of_block(setup, places, places.block_of(rank, 1));
  if (first.end() == second.first) return {{first.first, first.count + second.count}};
  return {first, second};
}

namespace {

// Measured stages are one layer each, of bytes.
Payload parameters_to_update(const Setup& setup, LayerRange layers) {
  Payload payload = block_parameters(setup, layers);
  for (std::int64_t layer = layers.first + 1; layer < layers.end() && !setup.measured.empty();
       ++layer)
    payload.count += block_parameters(setup, {layer, 1}).count;
  return payload;
}

// Of two blocks, one after the other, the messages that go on and those that come back have tags of
// their own in each direction.
LayerBlock chunk_of(const Setup& setup, const TwoChunkPlaces& places, Rank rank, int chunk) {
  const int block = places.block_of(rank, chunk);
  const int way = places.way_of(rank, chunk);
  const auto neighbour = [&](int other, int border) -> Neighbour {
    if (other < 0 || other == places.blocks() || places.rank_of(way, other) == rank) return {};
    const auto tag = static_cast<Tag>(2 * (way * places.blocks() + border));
    return {places.rank_of(way, other), tag, tag + 1};
  };
  return {.layers = layers_of_block(setup, places, block),
          .previous = neighbour(block - 1, block),
          .next = neighbour(block + 1, block + 1)};
}

Program receive_input(Worker& worker, LayerBlock block, PassKind kind) {
  if (kind == PassKind::forward)
    co_await receive_activations(worker, block);
  else if (kind != PassKind::backward_weight)
    co_await receive_gradient(worker, block);
}

Program compute(Worker& worker, LayerRange layers, Pass pass, std::int64_t samples) {
  if (pass.kind == PassKind::forward)
    co_await forward_pass(worker, layers, samples, pass.micro_batch);
  if (pass.kind == PassKind::backward || pass.kind == PassKind::backward_input)
    co_await block_input_gradients(worker, layers, samples, pass.micro_batch);
  if (pass.kind == PassKind::backward || pass.kind == PassKind::backward_weight)
    co_await block_weight_gradients(worker, layers, samples, pass.micro_batch);
}

Program post_result(Worker& worker, LayerBlock block, Pass pass, std::int64_t samples) {
  if (pass.kind == PassKind::forward)
    co_await post_activations(worker, block, samples, pass.micro_batch);
  else if (pass.kind != PassKind::backward_weight)
    co_await post_gradient(worker, block, samples, pass.micro_batch);
}

// The two ranks at one place have the same chunks, and each has the gradients of half of the
// micro-batches. Of each chunk a rank sends its half, folds the other's half into its own, and
// sends that: a ring of two. The lower rank begins with the first half.
Program sum_with_other_way(Worker& worker, TwoChunkPlaces places) {
  const Rank other = places.ranks - 1 - worker.rank();
  for (int chunk = 0; chunk < 2; ++chunk) {
    const auto tag = static_cast<Tag>(4 * places.blocks() + 1 + chunk);
    const Payload whole = gradients_of(
        worker.setup().mlp,
        layers_of_block(worker.setup(), places, places.block_of(worker.rank(), chunk)));
    const std::int64_t middle = block_count(whole.count, 2, 0);
    const Payload first = whole.part(0, middle);
    const Payload second = whole.part(middle, whole.count - middle);
    const bool lower = worker.rank() < other;
    co_await worker.post(other, tag, lower ? first : second);
    co_await worker.reduce(co_await worker.receive(other, tag));
    co_await worker.post(other, tag, lower ? second : first);
    co_await worker.store(co_await worker.receive(other, tag));
  }
}

}  // namespace

Program two_chunk_program(Worker& worker, const TwoChunkOrder& order) {
  const Setup& setup = worker.setup();
  const TwoChunkPlaces places = two_chunk_places(setup, order);
  const Rank rank = worker.rank();
  const std::array<LayerBlock, 2> chunks = {chunk_of(setup, places, rank, 0),
                                            chunk_of(setup, places, rank, 1)};
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    PassWalk walk(order, places.place_of(rank), places.places(), places.micro_batches);
    for (PassUnit unit = walk.next(); !unit.empty(); unit = walk.next()) {
      for (Pass& pass : unit)
        pass.micro_batch += places.way_of(rank, pass.chunk) * places.micro_batches;
      for (const Pass& pass : unit)
        co_await receive_input(worker, chunks[static_cast<std::size_t>(pass.chunk)], pass.kind);
      for (const Pass& pass : unit)
        co_await compute(worker, chunks[static_cast<std::size_t>(pass.chunk)].layers, pass,
                         places.samples);
      for (const Pass& pass : unit)
        co_await post_result(worker, chunks[static_cast<std::size_t>(pass.chunk)], pass,
                             places.samples);
    }
    if (places.ways == 2) co_await sum_with_other_way(worker, places);
    for (const LayerRange& layers : layers_to_update(setup, places, rank))
      co_await worker.update(parameters_to_update(setup, layers));
  }
}

void check_two_chunks(const Setup& setup, Faults& faults, const TwoChunkOrder& order) {
  check_pipeline(setup, faults);
  const std::string stages = setup.pointer + "/stages";
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  if (!order.both_ways) {
    const std::int64_t most = setup.mlp.layers / 2;
    if (setup.measured.empty() && setup.workers > std::max<std::int64_t>(most, 1) &&
        setup.workers <= setup.mlp.layers)
      faults.push_back({stages, fmt::format("must be at most {} for two chunks of the {} layers on "
                                            "each, found {}",
                                            most, setup.mlp.layers, setup.workers)});
    return;
  }
  if (setup.workers == 1) return;
  if (setup.workers % 2 != 0)
    faults.push_back({stages, fmt::format("must be even for {}, found {}", setup.algorithm->kind,
                                          setup.workers)});
  if (micro_batches % 2 != 0)
    faults.push_back(
        {setup.pointer + "/micro_batches",
         fmt::format("must be even, half of them for each direction, found {}", micro_batches)});
}

}  // namespace lockstep::models
