// What the stages of a pipeline do, in order, and how long their messages take. This determines
// when each step ends, as long as messages of different connections do not meet.
//
// A stage goes through its steps one after another. A step waits for a message, computes, and sends
// a message. The messages of one connection go in order: a message's bytes flow once its latency
// has passed and the message before it has been sent in full. Let e(i) be the end of step i, a(m)
// the arrival of message m, l its latency, x the time of its bytes, and m' the message before it on
// its connection:
//
//   e(i) = max(e(i-1), a(what i waits for)) + span(i)
//   a(m) = max(e(step that sends m) + l, a(m')) + x
//
// These are maxima and sums, so a delay anywhere makes nothing earlier. Where messages do meet on a
// link or at a port, each takes at least this long, so the times are lower bounds.
//
// `schedule_time` evaluates these equations in a time that grows with the number of steps of a
// mini-batch. It stops as soon as mini-batches, or turns of long mini-batches, repeat.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

#include "models/cost/network_view.hpp"
#include "models/language/setup.hpp"
#include "sim/base/pair_table.hpp"

namespace lockstep::models {

using LinkNumber = std::int32_t;
inline constexpr LinkNumber no_link = -1;

struct Step {
  Picoseconds span = {};
  LinkNumber receives = no_link;  // the oldest message of this link that nobody has received
  LinkNumber sends = no_link;
};
using Steps = boost::container::small_vector<Step, 3>;  // most segments have no more
struct Segment {
  Steps steps;
  std::int64_t repeats = 1;
};

// Equal messages from one stage to another, which are received in the order in which they are sent.
struct StageLink {
  // A channel or port that the messages cross, and how long at least each message keeps it busy.
  struct Crossing {
    std::int32_t place = 0;
    double busy_s = 0;
  };
  std::int32_t connection = 0;
  Picoseconds latency = {};
  Picoseconds transfer = {};
  boost::container::small_vector<Crossing, 4> crossings = {};  // most routes have no more
};

struct Schedule {
  std::vector<std::vector<Segment>> stages;  // what each does in a mini-batch
  std::vector<StageLink> links;
  std::int64_t iterations = 1;   // mini-batches, one after another
  std::int32_t places = 0;       // number of channels or ports
  bool messages_in_turn = true;  // false: messages of one connection share its bandwidth
};

// Appends `repeats` repeats of those of the `steps` that take time or have messages.
void add_segment(std::vector<Segment>& program, Steps steps, std::int64_t repeats = 1);

// Finds how long messages between stages take, and which channels or ports they cross.
class StageLinks {
 public:
  explicit StageLinks(const Setup& setup) : setup_(&setup), network_(setup) {}
  // Adds the link for messages of `bytes` bytes from one rank to another and returns its number.
  [[nodiscard]] LinkNumber add(Rank from, Rank to, std::int64_t bytes);
  void give_to(Schedule& schedule) const;

 private:
  [[nodiscard]] StageLink link(Rank from, Rank to, std::int64_t bytes);
  [[nodiscard]] std::int32_t connection(Rank from, Rank to);

  const Setup* setup_;
  NetworkView network_;
  std::vector<StageLink> links_;
  PairTable<std::int32_t> connections_;  // by sender and receiver + 1
  std::int32_t next_connection_ = 0;
};

struct ScheduleTime {
  Picoseconds makespan;
  bool exact = false;  // no messages met that would have slowed each other down
  bool known = false;  // false: there were too many steps to go through
};
[[nodiscard]] ScheduleTime schedule_time(const Schedule& schedule);

}  // namespace lockstep::models
