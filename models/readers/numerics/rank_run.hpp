// Carries out one rank's programs on real numbers, as far as they go until they wait for others.
// When they run, on which thread, and how messages travel is up to the `Communicator`.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "models/language/order.hpp"
#include "models/language/program.hpp"
#include "models/language/worker.hpp"
#include "models/readers/numerics/rank_numbers.hpp"

namespace lockstep::models {

class RankRun;

// The connection between ranks. Its functions are called from the thread that runs the rank.
class Communicator {
 public:
  Communicator() = default;
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  virtual ~Communicator() = default;

  // Returns what the ranks that it connects all know.
  [[nodiscard]] CommonPlan& plan() { return plan_; }

  // Takes a message to rank `to`, with what it carries (`WireContent::words`); `RankRun::deliver`
  // is called there.
  virtual void send(Rank to, const Message& message, std::vector<float> content) = 0;
  // Returns how many times all workers have reached the barrier.
  [[nodiscard]] virtual std::int64_t barriers_passed() = 0;
  virtual void arrive_at_barrier(Rank rank) = 0;
  // Called between two operations, as a chance to deliver messages that have come meanwhile.
  virtual void between_operations(RankRun& /*run*/) {}
  // Whether it is this rank's turn at the shared parameters; `leave_shared` ends the turn.
  [[nodiscard]] virtual bool may_enter_shared(Rank /*rank*/) { return true; }
  virtual void leave_shared(Rank /*rank*/) {}
  // Called before the first operation, and after each update of the model by `rank`.
  virtual void updated(Rank /*rank*/, RankNumbers& /*numbers*/) {}

 private:
  CommonPlan plan_;
};

// How a rank spent the wall clock, in seconds.
struct RankTimes {
  using Clock = std::chrono::steady_clock;
  double products_s = 0;
  double updates_s = 0;
  double folds_s = 0;          // sums of messages and buffers; coding
  double communication_s = 0;  // copies on the way to and from messages
  std::vector<Clock::time_point> iterations;
};

class RankRun {
 public:
  // With `prescribed`, what depends on time happens as it says; `recorded` gets what happened.
  RankRun(const Problem& problem, Rank rank, Communicator& communicator, SharedMemory* shared,
          const RankOrder* prescribed, RankOrder* recorded);
  RankRun(const RankRun&) = delete;
  RankRun& operator=(const RankRun&) = delete;

  // Called when a message has come. While `advance` runs, it may only be called from within
  // `Communicator::between_operations`.
  void deliver(const Message& message, std::vector<float> content);
  // Goes on until every strand has ended or waits for a message, a barrier or its turn, or until
  // `stop` is set, which is checked after every operation. Strands take turns of one operation
  // each, so that what one has to send does not wait for what another has to compute.
  void advance(const std::atomic<bool>* stop = nullptr);
  [[nodiscard]] bool ended() const { return live_.empty(); }
  [[nodiscard]] std::string waits_for() const;
  // Returns, in words, what a rank that has ended did more or less often than the prescribed order
  // says; empty if it kept to the order.
  [[nodiscard]] std::string departs_from_order() const;

  [[nodiscard]] Rank rank() const { return rank_; }
  [[nodiscard]] RankNumbers& numbers() { return numbers_; }
  [[nodiscard]] Count bytes_sent() const { return bytes_; }
  [[nodiscard]] Count messages_sent() const { return messages_; }
  // Returns the seconds of the wall clock spent inside operations, and when each iteration began.
  [[nodiscard]] const RankTimes& times() const { return times_; }

 private:
  struct Line {
    Line(Program program, std::int32_t place, std::int32_t name_in_order)
        : strand(std::in_place, std::move(program)),
          index(place),
          name(name_in_order),
          seen(name_in_order) {}
    std::optional<Strand> strand;  // until it has ended
    std::int32_t index;            // its place in `lines_`
    std::int32_t name;             // its number in the prescribed order; its own place without one
    std::int32_t seen;  // its forks have started up to this number in the prescribed order
    const Operation* pending = nullptr;
    bool sent = false;         // in an exchange: its own message is on its way
    std::int64_t barrier = 0;  // at a barrier: passed once this many barriers are
    [[nodiscard]] bool ended() const { return !strand; }
  };
  struct Kept {
    Message message;
    std::vector<float> content;
  };

  // Carries out one operation of a strand; returns false if it cannot go on.
  [[nodiscard]] bool take_turn(Line& line);
  // Carries out the pending operation and times it on the wall clock. Returns false if it has to
  // wait: then nothing has changed but `line`, and it is called again.
  [[nodiscard]] bool carry_out_timed(Line& line);
  [[nodiscard]] bool carry_out(Line& line);
  // rank_operations.cpp: one function for each kind of operation.
  [[nodiscard]] bool carry_out(Line& line, const Compute& compute);
  [[nodiscard]] bool carry_out(Line& line, const Reduce& reduce);
  [[nodiscard]] bool carry_out(Line& line, const Accumulate& accumulate);
  [[nodiscard]] bool carry_out(Line& line, const Store& store);
  [[nodiscard]] bool carry_out(Line& line, const Copy& copy);
  [[nodiscard]] bool carry_out(Line& line, const Transcode& transcode);
  [[nodiscard]] bool carry_out(Line& line, const Update& update);
  [[nodiscard]] bool carry_out(Line& line, const Post& post);
  [[nodiscard]] bool carry_out(Line& line, const Send& send);
  [[nodiscard]] bool carry_out(Line& line, const Receive& receive);
  [[nodiscard]] bool carry_out(Line& line, const Exchange& exchange);
  [[nodiscard]] bool carry_out(Line& line, const Probe& probe);
  [[nodiscard]] bool carry_out(Line& line, const AccessShared& access);
  [[nodiscard]] bool carry_out(Line& line, const Barrier& barrier);
  [[nodiscard]] bool carry_out(Line& line, const BeginIteration& begin);
  [[nodiscard]] bool carry_out(Line& line, const Fork& fork);
  [[nodiscard]] bool carry_out(Line& line, const Join& join);
  [[nodiscard]] bool carry_out(Line& line, const CollectiveSteps& steps);
  // Whether the strand may use the parameters now, by the prescribed order if there is one.
  [[nodiscard]] bool may_touch_parameters(const Line& line) const;
  void touch_parameters(const Line& line);
  void send(Rank to, const Message& message);
  [[nodiscard]] std::string wait_words(const Line& line) const;
  // Returns which rank the next message with `tag` from any rank comes from, by the prescribed
  // order; `any_rank` if the order does not say.
  [[nodiscard]] Rank next_source(Tag tag) const;
  [[nodiscard]] bool receive(Rank from, Tag tag, Line& line);
  [[nodiscard]] bool is_there(Tag tag);
  // Returns the share left undone of the next product that a message may cut short.
  [[nodiscard]] double share_left();
  [[nodiscard]] std::vector<float> content_of(const Message& message);
  void start(Program program, std::int32_t name);
  // Returns the number, in the prescribed order, of the next strand that `parent` forks.
  [[nodiscard]] std::int32_t name_of_next(Line& parent) const;

  const Setup* setup_;
  Rank rank_;
  Communicator* communicator_;
  Worker worker_;
  RankNumbers numbers_;
  const RankOrder* prescribed_;
  RankOrder* recorded_;
  std::map<Tag, std::size_t> sources_taken_;
  std::map<Tag, std::size_t> probes_made_;
  std::size_t touched_ = 0;
  std::size_t cuttable_ = 0;
  std::deque<Line> lines_;                            // by strand
  std::vector<std::int32_t> live_;                    // strands that have not ended, in order
  std::deque<Kept> kept_;                             // messages delivered, oldest first
  std::map<std::uint32_t, std::vector<float>> held_;  // contents received, until they are used
  std::uint32_t next_content_ = 1;
  Count bytes_ = 0;
  Count messages_ = 0;
  RankTimes times_;
};

}  // namespace lockstep::models
