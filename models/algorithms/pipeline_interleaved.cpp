// Interleaved 1F1B: every stage has several smaller chunks of the model in place of one large one,
// so that the pipeline fills and drains in steps of a chunk.
//
// The layers are cut into K v chunks; chunk q belongs to stage q mod K, so that a micro-batch goes
// round the stages v times. A stage takes K micro-batches through its first chunk, then the same K
// through its second, and so on, then the next K; and the other way round going back. It starts
// with 2 (K-s-1) + (v-1) K forwards and then alternates. Narayanan et al.: "Efficient large-scale
// language model training on GPU clusters", arXiv:2104.04473, section 2.2.2. With one chunk a stage
// the schedule is that of `pipeline_1f1b`.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {
    micro_batches_option,
    stages_option,
    OptionSpec{.name = "chunks",
               .type = OptionType::integer,
               .summary = "model chunks a stage; 0: two, or one where the layers are too few. No "
                          "effect with one stage",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
};

// A mini-batch's forwards, or backwards, on one stage are numbered 0 .. M v - 1.
struct Interleaving {
  Pipeline pipeline;
  std::int64_t chunks = 1;  // a stage

  [[nodiscard]] std::int64_t turns() const { return pipeline.micro_batches * chunks; }
  [[nodiscard]] std::int64_t blocks() const { return pipeline.stages * chunks; }
  // Of the stage's chunks, and of the micro-batches, in order.
  [[nodiscard]] std::int64_t forward_chunk(std::int64_t turn) const {
    return turn % blocks() / pipeline.stages;
  }
  [[nodiscard]] std::int64_t backward_chunk(std::int64_t turn) const {
    return chunks - 1 - forward_chunk(turn);
  }
  [[nodiscard]] std::int64_t micro_batch(std::int64_t turn) const {
    return turn / blocks() * pipeline.stages + turn % pipeline.stages;
  }
  // Forwards before the first backward, less one.
  [[nodiscard]] std::int64_t ahead(Rank stage) const {
    const std::int64_t after = pipeline.stages - stage - 1;
    const std::int64_t wanted = chunks == 1 ? after : 2 * after + (chunks - 1) * pipeline.stages;
    return std::min(wanted, turns());
  }
};

std::int64_t chunks_of(const Setup& setup) {
  if (setup.workers == 1) return 1;
  const std::int64_t asked = setup.options.integer("chunks");
  if (asked > 0) return asked;
  return std::clamp<std::int64_t>(setup.mlp.layers / setup.workers, 1, 2);
}

Interleaving interleaving_of(const Setup& setup) { return {pipeline_of(setup), chunks_of(setup)}; }

LayerRange layers_of_block(const Setup& setup, const Interleaving& order, std::int64_t block) {
  return layers_of_stage(setup.mlp, static_cast<int>(order.blocks()), static_cast<int>(block));
}

// Messages between two blocks arrive in the order of the micro-batches.
LayerBlock chunk_of(const Worker& worker, const Interleaving& order, std::int64_t chunk) {
  const auto stages = order.pipeline.stages;
  const std::int64_t block = chunk * stages + worker.rank();
  const auto tag = static_cast<Tag>(2 * block);
  LayerBlock mine;
  mine.layers = layers_of_block(worker.setup(), order, block);
  if (block > 0) mine.previous = {(worker.rank() + stages - 1) % stages, tag, tag + 1};
  if (block + 1 < order.blocks()) mine.next = {(worker.rank() + 1) % stages, tag + 2, tag + 3};
  return mine;
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Interleaving order = interleaving_of(setup);
  const std::int64_t samples = order.pipeline.samples;
  const std::int64_t ahead = order.ahead(worker.rank());
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t turn = 0; turn < order.turns() + ahead; ++turn) {
      if (turn < order.turns())
        co_await block_forward(worker, chunk_of(worker, order, order.forward_chunk(turn)), samples,
                               order.micro_batch(turn));
      const std::int64_t back = turn - ahead;
      if (back >= 0)
        co_await block_backward(worker, chunk_of(worker, order, order.backward_chunk(back)),
                                samples, order.micro_batch(back));
    }
    for (std::int64_t chunk = 0; chunk < order.chunks; ++chunk)
      co_await worker.update(block_parameters(setup, chunk_of(worker, order, chunk).layers));
  }
}

// What one stage adds up to in a mini-batch.
struct StageSums {
  double reach_s = 0;  // when it could begin, to do all its forwards without a gap
  double stay_s = 0;   // all its forwards and backwards
  double back_s = 0;   // what the first stage needs longer for its last gradient
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
  double there_and_back_s = 0;  // to the busiest stage and back
  double stay_s = 0;            // all its computation
  double update_s = 0;          // of the first stage
  double tail_s = 0;            // by which the last mini-batch takes longer than the others
  Waits waits = {};
};

Parts bound_of(const Setup& setup) {
  const std::vector<StageSums> sums = sums_of(setup);
  Parts parts;
  parts.update_s = sums.front().update_s;
  double last_s = 0;
  for (const StageSums& stage : sums) {
    const double there_and_back_s = stage.reach_s + stage.back_s;
    if (there_and_back_s + stage.stay_s > parts.there_and_back_s + parts.stay_s) {
      parts.there_and_back_s = there_and_back_s;
      parts.stay_s = stage.stay_s;
    }
    last_s = std::max(last_s, stage.reach_s + stage.stay_s + stage.update_s);
  }
  parts.tail_s = std::max(0.0, last_s - parts.there_and_back_s - parts.stay_s - parts.update_s);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all = T::number("iterations", static_cast<double>(setup.training.iterations)) *
                   (T::seconds("M (t_forward + t_backward)", parts.stay_s) +
                    T::seconds("t_there_and_back(1/v)", parts.there_and_back_s) +
                    T::seconds("t_update(n/K)", parts.update_s));
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

  [[nodiscard]] std::vector<Step> turns(Rank stage, std::int64_t from, std::int64_t to,
                                        bool backwards) const {
    std::vector<Step> steps;
    for (std::int64_t turn = from; turn < to; ++turn) {
      if (turn < order_.turns()) steps.push_back(forward(stage, order_.forward_chunk(turn)));
      if (backwards)
        steps.push_back(backward(stage, order_.backward_chunk(turn - order_.ahead(stage))));
    }
    return steps;
  }

  [[nodiscard]] Step forward(Rank stage, std::int64_t chunk) const {
    const auto block = static_cast<std::size_t>(chunk * order_.pipeline.stages + stage);
    const LayerRange layers = layers_of_block(*setup_, order_, static_cast<std::int64_t>(block));
    const double seconds = block_forward_s(*setup_, stage, layers, order_.pipeline.samples);
    return {.span = nearest_seconds(seconds),
            .receives = block > 0 ? there_[block - 1] : no_link,
            .sends = block < there_.size() ? there_[block] : no_link};
  }

  [[nodiscard]] Step backward(Rank stage, std::int64_t chunk) const {
    const auto block = static_cast<std::size_t>(chunk * order_.pipeline.stages + stage);
    const LayerRange layers = layers_of_block(*setup_, order_, static_cast<std::int64_t>(block));
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
};

Parts parts_of(const Setup& setup) {
  constexpr std::int64_t most_blocks = 1 << 12;
  Parts parts = bound_of(setup);
  if (interleaving_of(setup).blocks() > most_blocks) return parts;
  parts.waits = waits_beyond(ChunkSteps(setup).schedule(), expression_of<double>(setup, parts));
  return parts;
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

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

void check_chunks(const Setup& setup, Faults& faults) {
  check_pipeline(setup, faults);
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  if (micro_batches % setup.workers != 0)
    faults.push_back({setup.pointer + "/micro_batches",
                      fmt::format("must be a multiple of the {} stages, found {}", setup.workers,
                                  micro_batches)});
  const std::int64_t most = setup.mlp.layers / setup.workers;
  if (most < 1 || chunks_of(setup) <= most) return;
  const std::string where = setup.measured.empty() ? fmt::format("for {} layers in {} stages",
                                                                 setup.mlp.layers, setup.workers)
                                                   : "where stages were measured";
  faults.push_back({setup.pointer + "/chunks",
                    fmt::format("must be at most {} {}, found {}", most, where, chunks_of(setup))});
}

}  // namespace

const RegisteredAlgorithm pipeline_interleaved = Algorithm{
    .kind = "pipeline_interleaved",
    .title = "Interleaved 1F1B pipeline",
    .summary =
        "Each stage has several chunks of layers from all over the model, and a micro-batch goes "
        "round the stages once for each. The pipeline fills and drains faster by the number of "
        "chunks, for as many times the messages and somewhat more activations kept.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "In place of 1F1B when micro-batches are few and the network is fast.",
    .source = "Narayanan et al., arXiv:2104.04473, section 2.2.2",
    .family = Family::model_parallel,
    .options = options,
    .workers = pipeline_workers,
    .servers = [](const Options&) { return 0; },
    .check = check_chunks,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .pipeline = true,
    .samples_of_gradient = all_used_samples,
};

}  // namespace lockstep::models
