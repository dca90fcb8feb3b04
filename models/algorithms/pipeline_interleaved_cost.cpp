// What `pipeline_interleaved` costs: time, counts and memory.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/algorithms/pipeline_interleaved_plan.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models::pipeline_interleaved_plan {

namespace {

// What one stage adds up to in a mini-batch.
struct StageSums {
  double reach_s = 0;    // when it could begin, to do all its forwards without a gap
  double stay_s = 0;     // all its forwards and backwards
  double forward_s = 0;  // of one micro-batch, through all its chunks
  double backward_s = 0;
  double back_s = 0;  // what the first stage needs longer for its last gradient
  double update_s = 0;
};

// Micro-batch 0 goes through all blocks, and so does the last one, back. Before block q = c K + s
// its stage has K forwards of each of c chunks to do, which can hide as much of the way there.
std::vector<StageSums> sums_of(const Setup& setup) {
  const Interleaving order = interleaving_of(setup);
  const auto stages = static_cast<std::size_t>(order.pipeline.stages);
  const std::int64_t samples = order.pipeline.samples;
  NetworkView network(setup);
  std::vector<StageSums> sums(stages);
  std::vector<double> forwards_s(stages);  // K of each earlier chunk
  std::vector<double> backwards_s(stages);
  double there_s = 0;
  double back_s = 0;
  for (std::int64_t block = 0; block < order.blocks(); ++block) {
    const auto stage = static_cast<std::size_t>(block) % stages;
    const auto rank = static_cast<Rank>(stage);
    const LayerRange layers = layers_of_block(setup, order, block);
    const double forward_s = block_forward_s(setup, rank, layers, samples);
    const double backward_s = block_backward_s(setup, rank, layers, samples);
    StageSums& mine = sums[stage];
    mine.reach_s = std::max(mine.reach_s, there_s - forwards_s[stage]);
    mine.back_s = std::max(mine.back_s, back_s - backwards_s[stage]);
    mine.stay_s += static_cast<double>(order.pipeline.micro_batches) * (forward_s + backward_s);
    mine.forward_s += forward_s;
    mine.backward_s += backward_s;
    mine.update_s += block_update_s(setup, rank, layers);
    forwards_s[stage] += order.pipeline.stages * forward_s;
    backwards_s[stage] += order.pipeline.stages * backward_s;
    if (block + 1 == order.blocks()) break;
    const std::int64_t bytes = activation_bytes_before(setup, layers.first + layers.count, samples);
    const Rank next = (rank + 1) % order.pipeline.stages;
    there_s += forward_s + block_message_s(setup, network, rank, next, bytes);
    back_s += backward_s + block_message_s(setup, network, next, rank, bytes);
  }
  return sums;
}

struct Parts {
  double round_trip_s = 0;  // to the busiest stage and back
  double stay_s = 0;        // all its computation
  double forward_s = 0;     // of one micro-batch there
  double backward_s = 0;
  double update_s = 0;  // of the first stage
  double tail_s = 0;    // by which the last mini-batch takes longer than the others
  Waits waits = {};
};

Parts bound_of(const Setup& setup) {
  const std::vector<StageSums> sums = sums_of(setup);
  Parts parts;
  parts.update_s = sums.front().update_s;
  double last_s = 0;
  for (const StageSums& stage : sums) {
    const double round_trip_s = stage.reach_s + stage.back_s;
    if (round_trip_s + stage.stay_s > parts.round_trip_s + parts.stay_s) {
      parts.round_trip_s = round_trip_s;
      parts.stay_s = stage.stay_s;
      parts.forward_s = stage.forward_s;
      parts.backward_s = stage.backward_s;
    }
    last_s = std::max(last_s, stage.reach_s + stage.stay_s + stage.update_s);
  }
  parts.tail_s = std::max(0.0, last_s - parts.round_trip_s - parts.stay_s - parts.update_s);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all =
      T::number("iterations", static_cast<double>(setup.training.iterations)) *
      (T::number("M", static_cast<double>(pipeline_of(setup).micro_batches)) *
           (T::seconds("t_forward", parts.forward_s) + T::seconds("t_backward", parts.backward_s)) +
       T::seconds("t_round_trip(1/v)", parts.round_trip_s) +
       T::seconds("t_update(n/P)", parts.update_s));
  return with_waits(parts.tail_s > 0 ? all + T::seconds("t_last_update", parts.tail_s) : all,
                    parts.waits);
}

// The steps of chunks, and of the turns of a stage.
class ChunkSteps {
 public:
  explicit ChunkSteps(const Setup& setup)
      : setup_(&setup), order_(interleaving_of(setup)), links_(setup) {
    for (std::int64_t block = 0; block + 1 < order_.blocks(); ++block) {
      const auto rank = static_cast<Rank>(block % order_.pipeline.stages);
      const auto next = static_cast<Rank>((block + 1) % order_.pipeline.stages);
      const std::int64_t bytes = activation_bytes_before(
          setup, layers_of_block(setup, order_, block).end(), order_.pipeline.samples);
      there_.push_back(links_.add(rank, next, bytes));
      back_.push_back(links_.add(next, rank, bytes));
    }
    for (std::int64_t block = 0; block < order_.blocks(); ++block) {
      forwards_.push_back(forward(block));
      backwards_.push_back(backward(block));
    }
  }

  [[nodiscard]] Schedule schedule() const {
    Schedule schedule;
    schedule.iterations = setup_->training.iterations;
    for (Rank stage = 0; stage < order_.pipeline.stages; ++stage)
      schedule.stages.push_back(program(stage));
    links_.give_to(schedule);
    return schedule;
  }

 private:
  [[nodiscard]] std::vector<Segment> program(Rank stage) const {
    const std::int64_t ahead = order_.ahead(stage);
    const std::int64_t both = order_.turns() - ahead;
    const std::int64_t again = both / order_.blocks();
    std::vector<Segment> program;
    add_segment(program, turns(stage, 0, ahead, false));
    add_segment(program, turns(stage, ahead, ahead + order_.blocks(), true), again);
    add_segment(program, turns(stage, ahead + again * order_.blocks(), order_.turns(), true));
    add_segment(program, turns(stage, order_.turns(), order_.turns() + ahead, true));
    double update_s = 0;
    for (std::int64_t block = stage; block < order_.blocks(); block += order_.pipeline.stages)
      update_s += block_update_s(*setup_, stage, layers_of_block(*setup_, order_, block));
    add_segment(program, {{.span = nearest_seconds(update_s)}});
    return program;
  }

  [[nodiscard]] Steps turns(Rank stage, std::int64_t from, std::int64_t to, bool backwards) const {
    Steps steps;
    for (std::int64_t turn = from; turn < to; ++turn) {
      if (turn < order_.turns())
        steps.push_back(forwards_[block_of(stage, order_.forward_chunk(turn))]);
      if (backwards)
        steps.push_back(
            backwards_[block_of(stage, order_.backward_chunk(turn - order_.ahead(stage)))]);
    }
    return steps;
  }

  [[nodiscard]] std::size_t block_of(Rank stage, std::int64_t chunk) const {
    return static_cast<std::size_t>(chunk * order_.pipeline.stages + stage);
  }

  [[nodiscard]] Step forward(std::int64_t number) const {
    const auto block = static_cast<std::size_t>(number);
    const auto stage = static_cast<Rank>(number % order_.pipeline.stages);
    const LayerRange layers = layers_of_block(*setup_, order_, number);
    const double seconds = block_forward_s(*setup_, stage, layers, order_.pipeline.samples);
    return {.span = nearest_seconds(seconds),
            .receives = block > 0 ? there_[block - 1] : no_link,
            .sends = block < there_.size() ? there_[block] : no_link};
  }

  [[nodiscard]] Step backward(std::int64_t number) const {
    const auto block = static_cast<std::size_t>(number);
    const auto stage = static_cast<Rank>(number % order_.pipeline.stages);
    const LayerRange layers = layers_of_block(*setup_, order_, number);
    const double seconds = block_backward_s(*setup_, stage, layers, order_.pipeline.samples);
    return {.span = nearest_seconds(seconds),
            .receives = block < back_.size() ? back_[block] : no_link,
            .sends = block > 0 ? back_[block - 1] : no_link};
  }

  const Setup* setup_;
  Interleaving order_;
  StageLinks links_;
  std::vector<LinkNumber> there_;  // from a block to the next
  std::vector<LinkNumber> back_;   // to a block from the next
  std::vector<Step> forwards_;     // by block
  std::vector<Step> backwards_;
};

Parts parts_of(const Setup& setup) {
  constexpr std::int64_t most_blocks = 1 << 12;
  Parts parts = bound_of(setup);
  if (interleaving_of(setup).blocks() > most_blocks) return parts;
  parts.waits = waits_beyond(ChunkSteps(setup).schedule(), expression_of<double>(setup, parts));
  return parts;
}

// At most so many bytes between the forward and the backward pass of their micro-batches. Once
// forwards and backwards alternate, what is kept repeats after K v of each.
Count stash_bytes(const Setup& setup, const Interleaving& order, Rank stage) {
  const auto bytes_of = [&](std::int64_t chunk) {
    const LayerRange layers = layers_of_block(setup, order, chunk * order.pipeline.stages + stage);
    return block_stash_bytes(setup, layers, order.pipeline.samples);
  };
  const std::int64_t ahead = order.ahead(stage);
  Count kept = 0;
  Count most = 0;
  for (std::int64_t turn = 0; turn < std::min(order.turns(), ahead + order.blocks()); ++turn) {
    kept += bytes_of(order.forward_chunk(turn));
    most = std::max(most, kept);
    if (turn >= ahead) kept -= bytes_of(order.backward_chunk(turn - ahead));
  }
  return most;
}

// An input of one of the stage's chunks and the gradient of an output, while another is computed.
Count received_beside(const Setup& setup, const Interleaving& order, Rank stage) {
  Count input = 0;
  Count gradient = 0;
  const auto border_bytes = [&](std::int64_t block) {
    return Count{activation_bytes_before(setup, layers_of_block(setup, order, block).first,
                                         order.pipeline.samples)};
  };
  for (std::int64_t block = stage; block < order.blocks(); block += order.pipeline.stages) {
    if (block > 0) input = std::max(input, border_bytes(block));
    if (block + 1 < order.blocks()) gradient = std::max(gradient, border_bytes(block + 1));
  }
  return setup.workers == 1 ? 0 : input + gradient;
}

Memory memory_of(const Setup& setup, const Interleaving& order) {
  Memory most;
  for (Rank stage = 0; stage < order.pipeline.stages; ++stage) {
    Memory mine;
    Count parameters = 0;
    for (std::int64_t block = stage; block < order.blocks(); block += order.pipeline.stages)
      parameters += block_parameters(setup, layers_of_block(setup, order, block)).count;
    mine.parameters = parameters * setup.mlp.precision.parameters;
    mine.gradients = parameters * setup.mlp.precision.gradients;
    mine.versions = update_state_bytes(setup, parameters);
    mine.activations = stash_bytes(setup, order, stage);
    mine.buffers = received_beside(setup, order, stage);
    if (mine.total() > most.total()) most = mine;
  }
  return most;
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  const Parts parts = parts_of(setup);
  ClosedForm form = form_with_waits(setup, false, expression_of<double>(setup, parts), parts.waits);
  const Interleaving order = interleaving_of(setup);
  // More chunks, more borders: all are crossed by every micro-batch, there and back.
  const Count crossings = Count{2} * setup.training.iterations * order.pipeline.micro_batches;
  form.messages = crossings * (order.blocks() - 1);
  form.bytes = 0;
  for (std::int64_t block = 1; block < order.blocks(); ++block)
    form.bytes +=
        crossings * activation_bytes_before(setup, layers_of_block(setup, order, block).first,
                                            order.pipeline.samples);
  form.memory = memory_of(setup, order);
  return form;
}

}  // namespace lockstep::models::pipeline_interleaved_plan
