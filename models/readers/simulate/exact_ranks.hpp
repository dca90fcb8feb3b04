// Which ranks of a ring end their steps exactly when the simulation of single messages would have
// them end, if steps are taken as if all ranks waited for each other after each.
//
// Say that a step lasts w + f: its slowest message, and the longest fold of what it brought.
// Message i -> i+1 of a step begins when both ranks have ended the step before, and so no rank can
// end step s after s (w + f). A rank ends then, and not before, if messages of length w, each
// followed by a fold of length f, lead to it from a rank that began exactly: one such chain is
// enough. There are three kinds of steps that have one.
//   even      All messages and folds are alike: every rank is exact. If messages meet on channels,
//             all must begin exactly, since rates depend on who flows; otherwise one exact rank is
//             enough, because every step makes its neighbours exact.
//   one slow  Chunks are alike, no messages meet, and one message is the slowest in each step: its
//             two ends are exact, if one of them begins exactly.
//   uneven    Edges are alike, no messages meet, and the first m chunks are one scalar longer. Such
//             a chunk goes round from rank to rank, one a step, and makes a chain. It begins
//             exactly if an end of its first message does; then the ends of its last message are
//             exact.
// What follows is exact if all ranks do the same between two collectives, and if the last thing
// they do ends for all of them at once.
#pragma once

namespace lockstep::models {

class ExactRanks {
 public:
  // A ring of `ranks`, at least 2, all of which are exact.
  explicit ExactRanks(int ranks) : ranks_(ranks), count_(ranks) {}

  [[nodiscard]] bool all() const { return count_ == ranks_; }
  // Take P-1 steps of one kind. They return whether an exact rank is left; if not, nothing is known
  // any more.
  [[nodiscard]] bool even_steps(bool messages_meet);
  // The slowest message is that from rank `sender` to the next.
  [[nodiscard]] bool steps_with_one_slow(int sender);
  // The first `longer` chunks, 0 < longer < ranks, are longer; `first_sender` sends chunk 0 in the
  // first step, the next rank chunk 1, and so on.
  [[nodiscard]] bool uneven_steps(int longer, int first_sender);

  [[nodiscard]] bool contains(int rank) const { return place(rank - first_) < count_; }

 private:
  [[nodiscard]] int place(int rank) const { return (rank % ranks_ + ranks_) % ranks_; }
  bool become(int first, int count);

  int ranks_;
  int first_ = 0;  // the exact ranks are first_, first_ + 1, ..., modulo `ranks_`
  int count_;
};

}  // namespace lockstep::models
