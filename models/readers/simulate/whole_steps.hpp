// Steps round a ring as one event: all P-1 steps of all P ranks, in place of P (P-1) messages.
//
// The ranks that offer their steps wait here until all have. If they do so in the same instant and
// nothing else is under way, the steps last (P-1) (w + f): w is the slowest message of a step, f
// the longest fold. What they would have counted is counted at once.
//
// With `Granularity::automatic` that must also be exact (exact_ranks.hpp), and all messages of the
// run must be of such steps. If at any moment it is not so, or cannot be known to be, this
// simulation fails, and the run is simulated once more, message by message. With
// `Granularity::step` steps last that long wherever ranks begin together, which may be longer than
// message by message; ranks that do not begin together take theirs one by one.
#pragma once

#include <coroutine>
#include <optional>
#include <string>
#include <vector>

#include "models/language/operation.hpp"
#include "models/language/setup.hpp"
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
  [[nodiscard]] bool are_for(const RingSteps& steps) const {
    return steps.group.count == ranks_ && steps.whole.encoding == Encoding::dense &&
           steps.whole.count >= ranks_;
  }
  // `co_await arrive(steps)` waits until all ranks have, and then until the steps are over. It
  // returns whether they have been taken.
  [[nodiscard]] auto arrive(const RingSteps& steps) {
    struct Awaiter {
      WholeSteps* whole;
      const RingSteps* steps;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const { whole->wait(*steps, handle); }
      [[nodiscard]] bool await_resume() const { return whole->taken_; }
    };
    return Awaiter{this, &steps};
  }

  // To be called when a message is sent, and when a device, or an engine for folds, is reserved.
  void sends() {
    if (under_way_ || nothing_else_ || !exact_.all())
      collides("messages were sent beside the steps of a ring");
  }
  void reserves(bool engine) {
    if (under_way_ && folds_ && engine == folds_on_engines_)
      collides("devices had work beside the folds of a ring");
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
    return why_not_.empty() && failed() ? "some ranks never reach the steps of a ring" : why_not_;
  }

 private:
  void wait(const RingSteps& steps, std::coroutine_handle<> handle);
  void release_if_all_are_there(std::uint64_t arrived);
  void begin();
  void end();
  void host_steps_begin();
  [[nodiscard]] Picoseconds fold_time(Rank rank, bool longer) const;
  void release(bool taken);
  [[nodiscard]] bool may_begin();
  [[nodiscard]] bool is_exact(bool same_chunks, bool same_folds);
  void count(std::int64_t longer_bytes, std::int64_t shorter_bytes);
  [[nodiscard]] const RingEdges& edges();
  [[nodiscard]] Payload chunk(bool longer) const;
  void collides(const char* why);

  Simulation* simulation_;
  int ranks_;
  bool must_be_exact_;
  bool nothing_else_;
  bool folds_on_engines_;
  std::vector<std::coroutine_handle<>> waiting_;
  RingSteps steps_;    // those that ranks wait for
  Picoseconds since_;  // when the first of them arrived
  bool under_way_ = false;
  bool folds_ = false;
  bool taken_ = false;
  bool were_offered_ = false;
  std::optional<RingEdges> edges_;
  ExactRanks exact_;
  std::optional<Picoseconds> first_end_;  // of a rank's program
  StepsTaken counts_;
  std::string why_not_;
};

}  // namespace lockstep::models
