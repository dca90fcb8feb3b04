// Goes through the steps of a schedule, turn by turn: in a turn each stage goes once through what
// it repeats, or as far as the messages that are there allow.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "models/parts/stages/schedule.hpp"

namespace lockstep::models {

// All times in picoseconds.
class ScheduleRun {
 public:
  enum class Direction : std::uint8_t {
    forwards,
    // From the end, which is at 0: how long before it each step and message must be over. The end
    // is that of the first stage, where another mini-batch follows, and else that of the last of
    // all.
    backwards,
  };
  ScheduleRun(const Schedule& schedule, Direction direction);

  // Through so many mini-batches. False: there is too much to go through.
  [[nodiscard]] bool run(std::int64_t iterations);

  [[nodiscard]] std::int64_t makespan() const;
  // No message was slowed down by another one's, of what was gone through and of what was not.
  [[nodiscard]] bool exact() const { return exact_ && !(turns_skipped_ && watched_) && !meet(); }
  // When bytes of a link's messages flow first.
  [[nodiscard]] std::int64_t first_flow(LinkNumber link) const {
    return links_[static_cast<std::size_t>(link)].first;
  }
  // Whether messages of several connections cross one place.
  [[nodiscard]] bool places_are_shared() const { return watched_; }

 private:
  struct Stage {
    std::size_t segment = 0;
    std::size_t step = 0;
    std::int64_t repeat = 0;
    std::int64_t now = 0;
    bool turn_over = false;
  };
  struct Flow {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  struct Link {
    std::vector<std::int64_t> arrived;  // from `taken` on
    std::size_t taken = 0;
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::vector<Flow> flows;  // if they may meet others
    bool watched = false;
    std::size_t sender = 0;
    std::size_t receiver = 0;
  };
  // What a turn leaves behind: where everybody is, and when.
  struct Snapshot {
    std::vector<std::size_t> where;
    std::vector<std::int64_t> repeats;
    std::vector<std::int64_t> times;  // of stages, of connections, of messages that have arrived
  };

  [[nodiscard]] bool backwards() const { return direction_ == Direction::backwards; }
  // Backwards each link is a connection of its own: in which order its messages then follow those
  // of others is not known.
  [[nodiscard]] std::size_t connection_of(std::size_t link) const {
    return backwards() ? link : static_cast<std::size_t>(schedule_->links[link].connection);
  }
  [[nodiscard]] bool ended(std::size_t stage) const {
    return stages_[stage].segment == programs_[stage].size();
  }
  [[nodiscard]] bool all_ended() const;

  void reverse();
  void find_ends_of_links();
  void watch_places();
  [[nodiscard]] bool run_mini_batch();
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
  [[nodiscard]] bool meet_at(const std::vector<std::size_t>& links) const;

  const Schedule* schedule_;
  Direction direction_;
  std::vector<std::vector<Segment>> programs_;
  std::vector<Stage> stages_;
  std::vector<Link> links_;
  std::vector<std::int64_t> free_;  // from when on, by connection
  std::vector<Snapshot> turns_;     // of this mini-batch, but for old ones
  std::int64_t steps_ = 0;
  std::int64_t steps_of_mini_batch_ = 0;
  std::int64_t skipped_ = 0;  // the time of mini-batches that were left out
  bool turns_skipped_ = false;
  bool watched_ = false;
  bool exact_ = true;
};

}  // namespace lockstep::models
