#include "models/parts/stages/dual_pipe.hpp"

#include <deque>

namespace lockstep::models {

std::int64_t dual_pipe_least(int places) { return 2 * places; }

namespace {

PassUnit only(PassKind kind, int chunk) { return {{kind, chunk}}; }

// The forward pass of one chunk together with the backward pass of the other.
PassUnit both(int forward) {
  return {{PassKind::forward, forward}, {PassKind::backward, 1 - forward}};
}

// The last backward passes, which are split from the middle on, and what is left of them. `turns`
// gets them one by one; the weights of a chunk follow in the order in which they became due.
void add_end(std::vector<PassTurns>& turns, int place, int after) {
  std::deque<int> due;  // chunks
  const auto back = [&](int chunk, bool split) {
    turns.push_back({{only(split ? PassKind::backward_input : PassKind::backward, chunk)}});
    if (split) due.push_back(chunk);
  };
  const auto weights = [&] {
    turns.push_back({{only(PassKind::backward_weight, due.front())}});
    due.pop_front();
  };
  const int first_split = place + 1;  // of the passes 0 .. 2 place + 1
  for (int pass = 0; pass < 2 * (place + 1); ++pass) back(1 - pass % 2, pass >= first_split);
  for (int turn = 0; turn < after; ++turn) {
    weights();
    back(0, true);
  }
  while (!due.empty()) weights();
}

}  // namespace

std::vector<PassTurns> dual_pipe_turns(int place, int places, std::int64_t micro_batches) {
  const int after = places - place - 1;
  const PassUnit f0 = only(PassKind::forward, 0);
  const PassUnit f1 = only(PassKind::forward, 1);
  const PassUnit b1 = only(PassKind::backward, 1);
  std::vector<PassTurns> turns = {
      {{f0}, 2 * after},
      {{f0, f1}, place + 1},
      {{only(PassKind::backward_input, 1), only(PassKind::backward_weight, 1), f1}, after},
  };
  std::int64_t main = micro_batches - 2 * places + place + 1;
  // Where micro-batches turn, the next one's backward pass need not wait for a forward pass.
  if (after == 0) {
    turns.push_back({{f0, b1, both(1)}});
    --main;
  }
  turns.push_back({{both(0), both(1)}, main});
  turns.push_back({{b1, both(1)}, after});
  add_end(turns, place, after);
  return turns;
}

}  // namespace lockstep::models
