// Pipelines in the shape of a V: a micro-batch goes through the first chunk of every rank, and then
// back through the second. The rank where it turns hands it to itself.
//
// Two rows of ranks that are folded over each other look the same: DualPipe sends micro-batches
// into a pipeline from both ends at once, and every rank has a chunk for each direction. What a
// rank does depends on its place, its distance from the open end of the V, only.
//
// A rank goes through turns: passes through its two chunks in a given order, repeated. The
// micro-batches of a chunk go through each kind of pass in order, so that passes need no numbers.
// If a mini-batch has too few micro-batches for the order, it leaves out the passes of those that
// are not there.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

enum class PassKind : std::uint8_t {
  forward,
  backward,         // both kinds of gradients, which the next rank gets after the second
  backward_input,   // only the gradient of the inputs
  backward_weight,  // of the oldest micro-batch of the chunk that has only the former
};
// A pass of one of the rank's chunks: 0, which is nearer to the beginning, or 1.
struct Pass {
  PassKind kind = PassKind::forward;
  int chunk = 0;
  std::int64_t micro_batch = 0;  // set by `PassWalk`
};
// Passes that begin when the inputs of all of them are there, and send their results when all of
// them have ended.
using PassUnit = std::vector<Pass>;
struct PassTurns {
  std::vector<PassUnit> units;
  std::int64_t repeats = 1;
};

// An order of passes. `turns` returns what the rank at `place` (from 0) of `places` does in a
// mini-batch of `micro_batches`, which is at least `least(places)`.
struct TwoChunkOrder {
  std::int64_t (*least)(int places) = nullptr;
  std::vector<PassTurns> (*turns)(int place, int places, std::int64_t micro_batches) = nullptr;
  bool both_ways = false;  // two rows of ranks, one for each direction, as in DualPipe
};

// Goes through the passes of a rank, unit by unit.
class PassWalk {
 public:
  // The walk is over a mini-batch of `micro_batches`, be they fewer than the order is made for.
  PassWalk(const TwoChunkOrder& order, int place, int places, std::int64_t micro_batches);
  // Returns the next unit with the numbers of its micro-batches, or an empty one at the end.
  [[nodiscard]] PassUnit next();

 private:
  // Sets the number of the pass; returns whether there is such a micro-batch.
  [[nodiscard]] bool number(Pass& pass);

  std::vector<PassTurns> turns_;
  std::int64_t micro_batches_;
  std::size_t turn_ = 0;
  std::int64_t repeat_ = 0;
  std::size_t unit_ = 0;
  struct Chunk {
    std::int64_t forwards = 0;
    std::int64_t backwards = 0;
    std::deque<std::int64_t> weights_due;
  };
  std::array<Chunk, 2> chunks_{};
};

// Where chunks are. Blocks 0 .. blocks-1 follow one another from the first layer to the last.
struct TwoChunkPlaces {
  int ranks = 1;
  int ways = 1;                    // 2: there is a row of blocks in each direction
  std::int64_t micro_batches = 1;  // of each way
  std::int64_t samples = 0;        // of one micro-batch

  [[nodiscard]] int places() const { return ranks / ways; }
  [[nodiscard]] int blocks() const { return 2 * places(); }
  [[nodiscard]] int place_of(Rank rank) const {
    return ways == 1 ? rank : std::min(rank, ranks - 1 - rank);
  }
  [[nodiscard]] int block_of(Rank rank, int chunk) const {
    return chunk == 0 ? place_of(rank) : blocks() - 1 - place_of(rank);
  }
  // Returns the direction, 0 or 1, of the micro-batches of one of the rank's chunks.
  [[nodiscard]] int way_of(Rank rank, int chunk) const {
    return ways == 1 ? 0 : static_cast<int>((chunk == 0) == (rank >= places()));
  }
  [[nodiscard]] Rank rank_of(int way, int block) const {
    const int back = blocks() - 1 - block;
    if (ways == 1) return std::min(block, back);
    return way == 0 ? block : back;
  }
};
[[nodiscard]] TwoChunkPlaces two_chunk_places(const Setup& setup, const TwoChunkOrder& order);
[[nodiscard]] LayerRange layers_of_block(const Setup& setup, const TwoChunkPlaces& places,
                                         int block);
// Returns what a rank updates, in one go each: the layers of both chunks, which follow one another
// where micro-batches turn.
[[nodiscard]] std::vector<LayerRange> layers_to_update(const Setup& setup,
                                                       const TwoChunkPlaces& places, Rank rank);

[[nodiscard]] Program two_chunk_program(Worker& worker, const TwoChunkOrder& order);
void check_two_chunks(const Setup& setup, Faults& faults, const TwoChunkOrder& order);
// two_chunks_cost.cpp
[[nodiscard]] ClosedForm two_chunk_closed_form(const Setup& setup, const TwoChunkOrder& order);
[[nodiscard]] Formula two_chunk_formula(const Setup& setup, const TwoChunkOrder& order);

inline constexpr auto two_chunk_options = option_table(micro_batches_option, stages_option);

// Completes `words` to the record of an algorithm with such an order.
template <const TwoChunkOrder& order>
[[nodiscard]] constexpr Algorithm on_two_chunks(Algorithm words) {
  words.check = [](const Setup& setup, Faults& faults) { check_two_chunks(setup, faults, order); };
  words.program = [](Worker& worker) { return two_chunk_program(worker, order); };
  words.closed_form = [](const Setup& setup) { return two_chunk_closed_form(setup, order); };
  words.formula = [](const Setup& setup) { return two_chunk_formula(setup, order); };
  if (!order.both_ways) {
    words.chunks = [](const Setup& /*setup*/) { return std::int64_t{2}; };
    words.parts_turn_back = true;
  }
  words.needs_layers = order.both_ways;
  return on_stages(words);
}

}  // namespace lockstep::models
