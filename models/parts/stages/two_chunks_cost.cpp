// What pipelines with two chunks a rank cost: time, counts and memory.
#include <algorithm>
#include <vector>

#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/two_chunks.hpp"

namespace lockstep::models {

namespace {

Scalars gradients_of_block(const Setup& setup, const TwoChunkPlaces& places, int block) {
  return scalars_of(setup.mlp, gradients_of(setup.mlp, layers_of_block(setup, places, block)));
}

struct ChunkTimes {
  double forward_s = 0;
  double backward_s = 0;
  double backward_weight_s = 0;

  [[nodiscard]] double of(PassKind kind) const {
    switch (kind) {
      case PassKind::forward:
        return forward_s;
      case PassKind::backward:
        return backward_s;
      case PassKind::backward_input:
        return backward_s - backward_weight_s;
      case PassKind::backward_weight:
        return backward_weight_s;
    }
    return 0;
  }
};

ChunkTimes times_of(const Setup& setup, const TwoChunkPlaces& places, Rank rank, int chunk) {
  const LayerRange layers = layers_of_block(setup, places, places.block_of(rank, chunk));
  return {.forward_s = block_forward_s(setup, rank, layers, places.samples),
          .backward_s = block_backward_s(setup, rank, layers, places.samples),
          .backward_weight_s = block_backward_weight_s(setup, rank, layers, places.samples)};
}

double updates_s(const Setup& setup, const TwoChunkPlaces& places, Rank rank) {
  double seconds = 0;
  for (const LayerRange& layers : layers_to_update(setup, places, rank))
    seconds += block_update_s(setup, rank, layers);
  return seconds;
}

// Calls `visit(way, block, from, to, bytes)` for each border between a block and the next that is
// one between ranks: `bytes` of each micro-batch cross it, and come back.
template <class Visit>
void for_each_border(const Setup& setup, const TwoChunkPlaces& places, const Visit& visit) {
  for (int way = 0; way < places.ways; ++way)
    for (int block = 0; block + 1 < places.blocks(); ++block) {
      const Rank from = places.rank_of(way, block);
      const Rank to = places.rank_of(way, block + 1);
      if (from != to)
        visit(way, block, from, to,
              activation_bytes_before(setup, layers_of_block(setup, places, block).end(),
                                      places.samples));
    }
}

// What no schedule can shorten: the way of a micro-batch to the rank, all that the rank computes in
// all mini-batches and, after each, two messages with halves of its gradients and the fold between.
struct Parts {
  double fill_s = 0;
  double forward_s = 0;  // of one micro-batch of each chunk
  double backward_s = 0;
  double sum_s = 0;
  double update_s = 0;
  Waits waits = {};

  [[nodiscard]] double iteration_s(const TwoChunkPlaces& places) const {
    return static_cast<double>(places.micro_batches) * (forward_s + backward_s) + sum_s + update_s;
  }
};

// The sum over the two ranks of a place: of each chunk the rank sends its half, folds the other's
// half into its own, and sends that.
double sum_s(const Setup& setup, const TwoChunkPlaces& places, NetworkView& network, Rank rank) {
  if (places.ways == 1) return 0;
  const Rank other = places.ranks - 1 - rank;
  double seconds = 0;
  for (int chunk = 0; chunk < 2; ++chunk) {
    const Scalars all = gradients_of_block(setup, places, places.block_of(rank, chunk));
    const Scalars half = all.part(block_count(all.count, 2, 1));
    seconds += network.message(rank, other, half.bytes()).seconds() +
               network.message(other, rank, half.bytes()).seconds() +
               std::min(fold_s(setup, rank, half), fold_s(setup, other, half));
  }
  return seconds;
}

Parts bound_of(const Setup& setup, const TwoChunkPlaces& places) {
  NetworkView network(setup);
  Parts most;
  double most_s = -1;
  double reach_s = 0;  // along the first chunks of the ranks of one way
  for (int place = 0; place < places.places(); ++place) {
    for (int way = 0; way < places.ways; ++way) {
      const Rank rank = way == 0 ? place : places.ranks - 1 - place;
      Parts mine = {.fill_s = way == 0 ? reach_s : 0, .sum_s = sum_s(setup, places, network, rank)};
      for (int chunk = 0; chunk < 2; ++chunk) {
        const ChunkTimes times = times_of(setup, places, rank, chunk);
        mine.forward_s += times.forward_s;
        mine.backward_s += times.backward_s;
      }
      mine.update_s = updates_s(setup, places, rank);
      const double all_s =
          mine.fill_s + static_cast<double>(setup.training.iterations) * mine.iteration_s(places);
      if (all_s > most_s) most = mine;
      most_s = std::max(most_s, all_s);
    }
    if (place + 1 == places.places()) break;
    const std::int64_t bytes =
        activation_bytes_before(setup, layers_of_block(setup, places, place).end(), places.samples);
    reach_s += times_of(setup, places, place, 0).forward_s +
               block_message_s(setup, network, place, place + 1, bytes);
  }
  return most;
}

template <class Term>
Term expression_of(const Setup& setup, const TwoChunkPlaces& places, const Parts& parts) {
  using T = Terms<Term>;
  Term iteration =
      T::number(places.ways == 1 ? "M" : "M_way", static_cast<double>(places.micro_batches)) *
      (T::seconds("t_forward", parts.forward_s) + T::seconds("t_backward", parts.backward_s));
  if (places.ways == 2) iteration = iteration + T::seconds("t_sum(n/P)", parts.sum_s);
  iteration = iteration + T::seconds("t_update(n/P)", parts.update_s);
  const Term all =
      T::number("iterations", static_cast<double>(setup.training.iterations)) * iteration;
  return with_waits(parts.fill_s > 0 ? all + T::seconds("t_fill", parts.fill_s) : all, parts.waits);
}

// The steps of all ranks.
class PassSteps {
 public:
  PassSteps(const Setup& setup, const TwoChunkOrder& order)
      : setup_(&setup), order_(&order), places_(two_chunk_places(setup, order)), links_(setup) {
    there_.resize(static_cast<std::size_t>(places_.ways * places_.blocks()), no_link);
    back_ = there_;
    for_each_border(setup, places_,
                    [&](int way, int block, Rank from, Rank to, std::int64_t bytes) {
                      const auto border = static_cast<std::size_t>(way * places_.blocks() + block);
                      there_[border] = links_.add(from, to, bytes);
                      back_[border] = links_.add(to, from, bytes);
                    });
  }

  [[nodiscard]] Schedule schedule() {
    Schedule schedule;
    schedule.iterations = setup_->training.iterations;
    for (Rank rank = 0; rank < places_.ranks; ++rank) schedule.stages.push_back(program(rank));
    add_sums(schedule);
    for (Rank rank = 0; rank < places_.ranks; ++rank)
      add_segment(schedule.stages[static_cast<std::size_t>(rank)], {update(rank)});
    links_.give_to(schedule);
    return schedule;
  }

 private:
  // Turns in which no micro-batch is left out are repeated as they are.
  [[nodiscard]] std::vector<Segment> program(Rank rank) const {
    const std::array<ChunkTimes, 2> times = {times_of(*setup_, places_, rank, 0),
                                             times_of(*setup_, places_, rank, 1)};
    std::vector<Segment> program;
    const int place = places_.place_of(rank);
    if (places_.micro_batches >= order_->least(places_.places())) {
      for (const PassTurns& turns : order_->turns(place, places_.places(), places_.micro_batches)) {
        Steps steps;
        for (const PassUnit& unit : turns.units) add_unit(steps, rank, unit, times);
        add_segment(program, std::move(steps), turns.repeats);
      }
      return program;
    }
    Steps steps;
    PassWalk walk(*order_, place, places_.places(), places_.micro_batches);
    for (PassUnit unit = walk.next(); !unit.empty(); unit = walk.next())
      add_unit(steps, rank, unit, times);
    add_segment(program, std::move(steps));
    return program;
  }

  void add_unit(Steps& steps, Rank rank, const PassUnit& unit,
                const std::array<ChunkTimes, 2>& times) const {
    double seconds = 0;
    for (const Pass& pass : unit)
      seconds += times[static_cast<std::size_t>(pass.chunk)].of(pass.kind);
    std::vector<LinkNumber> receives;
    std::vector<LinkNumber> sends;
    for (const Pass& pass : unit) {
      if (pass.kind == PassKind::backward_weight) continue;
      const int block = places_.block_of(rank, pass.chunk);
      const int way = places_.way_of(rank, pass.chunk);
      const bool forward = pass.kind == PassKind::forward;
      const LinkNumber before = border(forward ? there_ : back_, way, block - 1);
      const LinkNumber after = border(forward ? there_ : back_, way, block);
      receives.push_back(forward ? before : after);
      sends.push_back(forward ? after : before);
    }
    // All messages are waited for before the products, and all are sent after them.
    for (const LinkNumber link : receives) steps.push_back({.receives = link});
    steps.push_back({.span = nearest_seconds(seconds)});
    for (const LinkNumber link : sends) steps.push_back({.sends = link});
  }
  [[nodiscard]] LinkNumber border(const std::vector<LinkNumber>& links, int way, int block) const {
    return block < 0 ? no_link : links[static_cast<std::size_t>(way * places_.blocks() + block)];
  }

  // Of two ranks at a place, the lower has index 0 in their ring: it begins with the first half.
  void add_sums(Schedule& schedule) {
    if (places_.ways == 1) return;
    for (Rank low = 0; low < places_.places(); ++low) {
      const Rank high = places_.ranks - 1 - low;
      for (int chunk = 0; chunk < 2; ++chunk) {
        // Both go through their chunks 0 first, which are the same block.
        const Scalars all = gradients_of_block(*setup_, places_, places_.block_of(low, chunk));
        const Scalars first = all.part(block_count(all.count, 2, 0));
        const Scalars second = all.part(block_count(all.count, 2, 1));
        const LinkNumber up_first = links_.add(low, high, first.bytes());
        const LinkNumber down_second = links_.add(high, low, second.bytes());
        const LinkNumber up_second = links_.add(low, high, second.bytes());
        const LinkNumber down_first = links_.add(high, low, first.bytes());
        const auto take_part = [&](Rank rank, const Scalars& folded, LinkNumber sent,
                                   LinkNumber received, LinkNumber sum, LinkNumber other_sum) {
          add_segment(schedule.stages[static_cast<std::size_t>(rank)],
                      {{.sends = sent},
                       {.span = nearest_seconds(fold_s(*setup_, rank, folded)),
                        .receives = received,
                        .sends = sum},
                       {.receives = other_sum}});
        };
        take_part(low, second, up_first, down_second, up_second, down_first);
        take_part(high, first, down_second, up_first, down_first, up_second);
      }
    }
  }

  [[nodiscard]] Step update(Rank rank) const {
    return {.span = nearest_seconds(updates_s(*setup_, places_, rank))};
  }

  const Setup* setup_;
  const TwoChunkOrder* order_;
  TwoChunkPlaces places_;
  StageLinks links_;
  std::vector<LinkNumber> there_;  // by way and block
  std::vector<LinkNumber> back_;
};

Parts parts_of(const Setup& setup, const TwoChunkOrder& order) {
  const TwoChunkPlaces places = two_chunk_places(setup, order);
  Parts parts = bound_of(setup, places);
  parts.waits =
      waits_beyond(PassSteps(setup, order).schedule(), expression_of<double>(setup, places, parts));
  return parts;
}

// What a rank where micro-batches turn hands itself, of which there is one copy.
Count handed_over_bytes(const Setup& setup, const TwoChunkPlaces& places, Rank rank) {
  const int border = places.block_of(rank, 1);
  const bool turns = places.ways == 1 && places.block_of(rank, 0) + 1 == border;
  if (!turns || !setup.measured.empty()) return 0;
  return activation_bytes_before(setup, layers_of_block(setup, places, border).first,
                                 places.samples);
}

// The most that a rank keeps between the forward pass of micro-batches and their gradients. It
// grows no more once the turns of a long mini-batch repeat.
Count stash_bytes(const Setup& setup, const TwoChunkPlaces& places, const TwoChunkOrder& order,
                  Rank rank) {
  const std::array<Count, 2> bytes = {
      block_stash_bytes(setup, layers_of_block(setup, places, places.block_of(rank, 0)),
                        places.samples),
      block_stash_bytes(setup, layers_of_block(setup, places, places.block_of(rank, 1)),
                        places.samples)};
  const std::int64_t least = order.least(places.places());
  PassWalk walk(order, places.place_of(rank), places.places(),
                std::min(places.micro_batches, least + 2));
  // It comes with the first chunk, and goes once the second, or the first if that has no layers,
  // has gone back.
  const Count handed_over = handed_over_bytes(setup, places, rank);
  const bool second_is_empty = layers_of_block(setup, places, places.block_of(rank, 1)).count == 0;
  const std::array<Count, 2> added = {bytes[0], bytes[1] - handed_over};
  const std::array<Count, 2> freed = {bytes[0] - (second_is_empty ? 0 : handed_over),
                                      bytes[1] - (second_is_empty ? handed_over : 0)};
  Count kept = 0;
  Count most = 0;
  for (PassUnit unit = walk.next(); !unit.empty(); unit = walk.next())
    for (const Pass& pass : unit) {
      const auto chunk = static_cast<std::size_t>(pass.chunk);
      if (pass.kind == PassKind::forward) most = std::max(most, kept += added[chunk]);
      if (pass.kind == PassKind::backward || pass.kind == PassKind::backward_weight)
        kept -= freed[chunk];
    }
  return most;
}

// An input of one chunk and the gradient of an output, while another is computed, and half of a
// chunk's gradients, which the other rank of the place may send before this one has its own.
Count buffer_bytes(const Setup& setup, const TwoChunkPlaces& places, Rank rank) {
  Count input = 0;
  Count gradient = 0;
  Count half = 0;
  for (int chunk = 0; chunk < 2; ++chunk) {
    const int block = places.block_of(rank, chunk);
    const int way = places.way_of(rank, chunk);
    const LayerRange layers = layers_of_block(setup, places, block);
    const auto bytes_before = [&](std::int64_t layer) {
      return Count{activation_bytes_before(setup, layer, places.samples)};
    };
    if (block > 0 && places.rank_of(way, block - 1) != rank)
      input = std::max(input, bytes_before(layers.first));
    if (block + 1 < places.blocks() && places.rank_of(way, block + 1) != rank)
      gradient = std::max(gradient, bytes_before(layers.end()));
    if (places.ways == 1) continue;
    const Scalars all = gradients_of_block(setup, places, block);
    half = std::max(half, Count{all.part(block_count(all.count, 2, 0)).bytes()});
  }
  return input + gradient + half;
}

Memory memory_of(const Setup& setup, const TwoChunkPlaces& places, const TwoChunkOrder& order) {
  return most_memory(setup, [&](Rank rank) {
    Count parameters = 0;
    for (int chunk = 0; chunk < 2; ++chunk)
      parameters +=
          block_parameters(setup, layers_of_block(setup, places, places.block_of(rank, chunk)))
              .count;
    return Memory{.parameters = parameters * setup.mlp.precision.parameters,
                  .gradients = parameters * setup.mlp.precision.gradients,
                  .activations = stash_bytes(setup, places, order, rank),
                  .versions = update_state_bytes(setup, parameters),
                  .buffers = buffer_bytes(setup, places, rank)};
  });
}

// The bytes of all messages of the rank that has most, one after another.
double messages_s(const Setup& setup, const TwoChunkPlaces& places) {
  NetworkView network(setup);
  std::vector<double> by_rank(static_cast<std::size_t>(places.ranks));
  for_each_border(setup, places, [&](int, int, Rank from, Rank to, std::int64_t bytes) {
    const double both_s = network.transfer_s(from, to, bytes) + network.transfer_s(to, from, bytes);
    for (const Rank rank : {from, to}) by_rank[static_cast<std::size_t>(rank)] += both_s;
  });
  return static_cast<double>(setup.training.iterations * places.micro_batches) *
         *std::ranges::max_element(by_rank);
}

// Every micro-batch crosses the borders between ranks, there and back. With two ways every rank has
// two chunks, so that each parameter is there twice, summed and updated twice.
void count_two_chunks(ClosedForm& form, const Setup& setup, const TwoChunkPlaces& places) {
  const Count iterations = setup.training.iterations;
  const Count crossings = 2 * iterations * places.micro_batches;
  for_each_border(setup, places, [&](int, int, Rank, Rank, std::int64_t bytes) {
    form.messages += crossings;
    form.bytes += crossings * bytes;
  });
  if (places.ways == 1) return;
  form.flops[ComputeKind::update] *= 2;
  for (int block = 0; block < places.blocks(); ++block) {
    const Scalars gradients = gradients_of_block(setup, places, block);
    form.bytes += 2 * iterations * gradients.bytes();
    form.messages += 4 * iterations;
    form.flops[ComputeKind::reduce] += iterations * gradients.count;
  }
}

}  // namespace

Formula two_chunk_formula(const Setup& setup, const TwoChunkOrder& order) {
  return expression_of<Formula>(setup, two_chunk_places(setup, order), parts_of(setup, order));
}

ClosedForm two_chunk_closed_form(const Setup& setup, const TwoChunkOrder& order) {
  const TwoChunkPlaces places = two_chunk_places(setup, order);
  const Parts parts = parts_of(setup, order);
  ClosedForm form =
      form_with_waits(setup, false, expression_of<double>(setup, places, parts), parts.waits);
  form.messages = 0;
  form.bytes = 0;
  count_two_chunks(form, setup, places);
  form.memory = memory_of(setup, places, order);
  note_rough(form, form.makespan.seconds() + messages_s(setup, places),
             "messages may wait for all others of a stage");
  return form;
}

}  // namespace lockstep::models
