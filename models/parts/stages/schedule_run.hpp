// Goes through the steps of a schedule. Each stage runs as far as the messages that have arrived
// allow. When steps and messages end does not depend on the order in which stages run: each waits
// for messages by link, and the messages of a connection all have the same sender. So a schedule of
// few steps is gone through from message to message. A long one is gone through turn by turn, to
// see turns that repeat: in a turn each stage runs at most one repeat of its segment.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "models/parts/stages/schedule.hpp"

namespace lockstep::models {

// All times in picoseconds.
class ScheduleRun {
 public:
  enum class Direction : std::uint8_t {
    forwards,
    // Times count from the end of the run, which is at 0: they say how long before it each step and
    // message must be over. If another mini-batch follows, the end is that of the first stage;
    // otherwise it is that of the last stage to finish.
    backwards,
  };
  ScheduleRun(const Schedule& schedule, Direction direction);

  // Runs `iterations` mini-batches. Returns false if there are too many steps to go through.
  [[nodiscard]] bool run(std::int64_t iterations);

  [[nodiscard]] std::int64_t makespan() const;
  // Whether no message was slowed down by another, both in what was gone through and in what was
  // skipped.
  [[nodiscard]] bool exact() const { return exact_ && !(turns_skipped_ && watched_) && !meet(); }
  // Returns when bytes of a link's messages first flow.
  [[nodiscard]] std::int64_t first_flow(LinkNumber link) const {
    return links_[static_cast<std::size_t>(link)].first;
  }
  // Returns when they last flow in the first mini-batch, or earlier if turns were skipped.
  [[nodiscard]] std::int64_t last_flow(LinkNumber link) const {
    return links_[static_cast<std::size_t>(link)].last;
  }
  // Returns when the first mini-batch is over: at the first stage if another follows, else at all.
  [[nodiscard]] std::int64_t first_mini_batch() const { return first_mini_batch_; }
  // Whether messages of several connections cross the same place.
  [[nodiscard]] bool places_are_shared() const { return watched_; }

 private:
  using Programs = std::vector<std::vector<Segment>>;
  struct Stage {
    std::size_t segment = 0;
    std::size_t step = 0;
    std::int64_t repeat = 0;
    std::int64_t now = 0;
    bool turn_over = false;
    LinkNumber waits_for = no_link;
  };
  struct Flow {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  struct Link {
    // Few messages wait at once, and most runs that are watched are short.
    boost::container::small_vector<std::int64_t, 16> arrived;  // waiting from `taken` on
    std::size_t taken = 0;
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = 0;
    boost::container::small_vector<Flow, 16> flows;  // kept if messages may meet others
    bool watched = false;
    std::size_t sender = 0;
    std::size_t receiver = 0;
  };
  // The state after a turn: the positions of all stages and links, and their times.
  struct Snapshot {
    std::vector<std::size_t> where;
    std::vector<std::int64_t> repeats;
    std::vector<std::int64_t> times;  // of stages, of connections, of messages that have arrived
  };

  [[nodiscard]] bool backwards() const { return direction_ == Direction::backwards; }
  // Going backwards, each link is a connection of its own, because the order of its messages
  // relative to those of other links is not known.
  [[nodiscard]] std::size_t connection_of(std::size_t link) const {
    return backwards() ? link : static_cast<std::size_t>(schedule_->links[link].connection);
  }
  [[nodiscard]] bool ended(std::size_t stage) const {
    return stages_[stage].segment == programs()[stage].size();
  }
  [[nodiscard]] const Programs& programs() const {
    return backwards() ? reversed_ : schedule_->stages;
  }
  [[nodiscard]] bool all_ended() const;

  void reverse();
  void look_at_links();
  void watch_places();
  [[nodiscard]] bool run_mini_batch();
  void run_through();
  [[nodiscard]] bool run_turn_by_turn();
  void take_turn();
  bool advance(std::size_t number);
  void send(std::size_t number, std::int64_t now);
  [[nodiscard]] std::int64_t receive(std::size_t number);
  [[nodiscard]] std::vector<std::int64_t> boundary() const;

  // schedule_repeats.cpp
  void skip_turns();
  void skip(const Snapshot& before, const Snapshot& now);
  [[nodiscard]] Snapshot snapshot() const;
  [[nodiscard]] bool none_catches_up(const Snapshot& before, const Snapshot& now) const;

  // schedule_time.cpp
  [[nodiscard]] bool meet() const;
  using Watched = std::pair<std::int32_t, std::size_t>;  // a place, and a link that crosses it
  [[nodiscard]] bool meet_at(std::span<const Watched> links, std::vector<std::size_t>& next) const;

  const Schedule* schedule_;
  Direction direction_;
  Programs reversed_;  // backwards
  std::vector<Stage> stages_;
  std::vector<std::size_t> ready_;  // stages that may run on; not turn by turn
  std::vector<Link> links_;
  std::vector<std::int64_t> free_;  // when each connection becomes free
  std::vector<Snapshot> turns_;     // the recent ones of this mini-batch
  std::int64_t steps_ = 0;
  std::int64_t steps_of_mini_batch_ = 0;
  std::int64_t first_mini_batch_ = 0;  // its end; 0 while it goes on
  std::int64_t skipped_ = 0;           // the time of mini-batches that were left out
  bool by_turns_ = false;
  bool turns_skipped_ = false;
  bool watched_ = false;
  bool exact_ = true;
};

}  // namespace lockstep::models
