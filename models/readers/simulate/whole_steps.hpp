// Steps of a collective as one event: all steps of all P ranks, in place of P messages for each.
//
// The ranks that offer their steps wait here until all have. If they do so in the same instant and
// nothing else is under way, each step lasts w + f: w is its slowest message, f the longest fold.
// What the steps would have counted is counted at once. There are P-1 steps round a ring, and log2
// P of a butterfly; those are taken only if all messages and folds of a step are alike.
//
// With `Granularity::automatic` that must also be exact (exact_ranks.hpp, butterfly_rounds.hpp),
// and all messages of the run must be of such steps. If at any moment it is not so, or cannot be
// known to be, this simulation fails, and the run is simulated once more, message by message. With
// `Granularity::step` steps last that long wherever ranks begin together, which may be longer than
// message by message; ranks that do not begin together take theirs one by one.
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <vector>

#include "models/language/operation.hpp"
#include "models/language/setup.hpp"
#include "models/readers/simulate/butterfly_rounds.hpp"
#include "models/readers/simulate/exact_ranks.hpp"
#include "models/readers/simulate/ring_edges.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace lockstep::models {

class Simulation;

class WholeSteps {
 public:
  // With `nothing_else`, the simulation also fails as soon as a message is sent by itself.
  WholeSteps(Simulation& simulation, bool nothing_else);

  // Whether the ranks may take steps together; else they take theirs one by one.
  [[nodiscard]] bool are_for(const CollectiveSteps& steps) const;
  // `co_await arrive(steps)` waits until all ranks have, and then until the steps are over. It
  // returns whether they have been taken.
  [[nodiscard]] auto arrive(const CollectiveSteps& steps) {
    struct Awaiter {
      WholeSteps* whole;
      const CollectiveSteps* steps;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const { whole->wait(*steps, handle); }
      [[nodiscard]] bool await_resume() const { return whole->taken_; }
    };
    return Awaiter{this, &steps};
  }

  // To be called when a message is sent, and when a device, or an engine for folds, is reserved.
  void sends() {
    if (under_way_ || nothing_else_ || !exact_.all())
      collides("messages were sent beside the steps of a collective");
  }
  void reserves(bool engine) {
    if (under_way_ && folds_ && engine == folds_on_engines_)
      collides("devices had work beside the folds of a collective");
  }
  // To be called when a rank's program has ended.
  void rank_ends();

  // Whether the run is to be simulated message by message. The simulation has then ended.
  [[nodiscard]] bool failed() const { return !why_not_.empty() || !waiting_.empty(); }
  // Whether ranks have offered steps that could be taken together.
  [[nodiscard]] bool were_offered() const { return were_offered_; }
  [[nodiscard]] const StepsTaken& taken() const { return counts_; }
  // Returns why; call it after the run.
  [[nodiscard]] std::string why_not() const {
    return why_not_.empty() && failed() ? "some ranks never reach the steps of a collective"
                                        : why_not_;
  }

 private:
  void wait(const CollectiveSteps& steps, std::coroutine_handle<> handle);
  void release_if_all_are_there(std::uint64_t arrived);
  void begin();
  void begin(Picoseconds span, std::int64_t steps);
  void end();
  [[nodiscard]] bool begin_on_ring();
  void host_ring_steps_begin();
  [[nodiscard]] bool begin_on_butterfly();
  struct FoldTimes {
    Picoseconds longest;
    bool alike = true;
  };
  [[nodiscard]] FoldTimes fold_times(const Payload& payload) const;
  [[nodiscard]] Picoseconds fold_time(Rank rank, const Payload& payload) const;
  void release(bool taken);
  [[nodiscard]] bool may_begin();
  [[nodiscard]] bool is_exact(bool same_chunks, bool same_folds);
  void count_on_ring(std::int64_t longer_bytes, std::int64_t shorter_bytes);
  [[nodiscard]] const RingEdges& edges();
  // A step of a butterfly: all messages are as long.
  struct Swap {
    int distance;
    Payload payload;
  };
  [[nodiscard]] std::vector<Swap> swaps() const;
  void count_on_butterfly(const Swap& swap);
  [[nodiscard]] ButterflyRounds& rounds();
  [[nodiscard]] Payload chunk(bool longer) const;
  void collides(const char* why);

  Simulation* simulation_;
  int ranks_;
  bool must_be_exact_;
  bool nothing_else_;
  bool folds_on_engines_;
  std::vector<std::coroutine_handle<>> waiting_;
  CollectiveSteps steps_;  // those that ranks wait for
  Picoseconds since_;      // when the first of them arrived
  bool under_way_ = false;
  bool folds_ = false;
  bool taken_ = false;
  std::int64_t steps_under_way_ = 0;
  bool were_offered_ = false;
  std::optional<RingEdges> edges_;
  std::optional<ButterflyRounds> rounds_;
  ExactRanks exact_;
  std::optional<Picoseconds> first_end_;  // of a rank's program
  StepsTaken counts_;
  std::string why_not_;
};

}  // namespace lockstep::models
