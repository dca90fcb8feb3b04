#include "models/parts/stages/schedule_run.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::models {

namespace {

// Schedules of fewer steps are not looked at for turns that repeat; of those whose messages may
// meet, for which all have to be seen, only the longest are.
constexpr std::int64_t few_steps = 1 << 13;
constexpr std::int64_t few_watched_steps = 1 << 18;
constexpr std::int64_t most_steps = 1 << 19;  // that are gone through one by one
constexpr std::int64_t most_taken = 64;       // messages of a link that are kept for nothing
constexpr std::int64_t long_ago = std::numeric_limits<std::int64_t>::min() / 2;

struct Growth {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
};

Growth growth(const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after) {
  Growth growth;
  for (std::size_t i = 0; i < before.size(); ++i) {
    growth.least = std::min(growth.least, after[i] - before[i]);
    growth.most = std::max(growth.most, after[i] - before[i]);
  }
  return growth;
}

}  // namespace

ScheduleRun::ScheduleRun(const Schedule& schedule, Direction direction)
    : schedule_(&schedule),
      direction_(direction),
      stages_(schedule.stages.size()),
      links_(schedule.links.size()) {
  if (backwards()) reverse();
  for (const auto& program : programs())
    for (const Segment& segment : program)
      steps_of_mini_batch_ += segment.repeats * std::ssize(segment.steps);
  std::size_t connections = 0;
  for (std::size_t link = 0; link < links_.size(); ++link)
    connections = std::max(connections, connection_of(link) + 1);
  free_.resize(connections, 0);
  watch_places();
  by_turns_ = steps_of_mini_batch_ > (watched_ ? few_watched_steps : few_steps);
  look_at_links();
}

void ScheduleRun::reverse() {
  reversed_ = schedule_->stages;
  for (std::size_t stage = 0; stage < reversed_.size(); ++stage) {
    std::reverse(reversed_[stage].begin(), reversed_[stage].end());
    for (Segment& segment : reversed_[stage]) {
      std::reverse(segment.steps.begin(), segment.steps.end());
      for (Step& step : segment.steps) std::swap(step.receives, step.sends);
    }
    if (stage > 0 && schedule_->iterations > 1) stages_[stage].now = long_ago;
  }
}

// Finds the ends of each link, and makes room for the messages of a mini-batch.
void ScheduleRun::look_at_links() {
  std::vector<std::int64_t> messages(links_.size(), 0);
  for (std::size_t stage = 0; stage < stages_.size(); ++stage)
    for (const Segment& segment : programs()[stage])
      for (const Step& step : segment.steps) {
        if (step.sends != no_link) {
          links_[static_cast<std::size_t>(step.sends)].sender = stage;
          messages[static_cast<std::size_t>(step.sends)] += segment.repeats;
        }
        if (step.receives != no_link)
          links_[static_cast<std::size_t>(step.receives)].receiver = stage;
      }
  for (std::size_t link = 0; link < links_.size(); ++link) {
    const auto room = static_cast<std::size_t>(std::min(messages[link], most_taken));
    links_[link].arrived.reserve(room);
    if (links_[link].watched && !backwards()) links_[link].flows.reserve(room);
  }
}

void ScheduleRun::watch_places() {
  constexpr std::int32_t nobody = -1;
  constexpr std::int32_t several = -2;
  std::vector<std::int32_t> users(static_cast<std::size_t>(schedule_->places), nobody);
  const auto user_of = [&](const StageLink::Crossing& crossing) -> std::int32_t& {
    return users[static_cast<std::size_t>(crossing.place)];
  };
  for (const StageLink& link : schedule_->links)
    for (const StageLink::Crossing& crossing : link.crossings) {
      std::int32_t& user = user_of(crossing);
      user = user == nobody || user == link.connection ? link.connection : several;
    }
  for (std::size_t link = 0; link < links_.size(); ++link)
    for (const StageLink::Crossing& crossing : schedule_->links[link].crossings)
      if (user_of(crossing) == several) links_[link].watched = watched_ = true;
}

// The equations have only maxima and sums. So if all times grew by the same amount, they go on
// growing by it; if all grew by at least some amount, they go on growing by at least as much.
bool ScheduleRun::run(std::int64_t iterations) {
  std::vector<std::int64_t> before = boundary();
  bool was_steady = false;
  for (std::int64_t left = iterations; left > 0; --left) {
    if (!run_mini_batch()) return false;
    if (left == iterations) first_mini_batch_ = iterations > 1 ? stages_.front().now : makespan();
    std::vector<std::int64_t> now = boundary();
    const Growth grown = growth(before, now);
    const bool steady = grown.least == grown.most;
    if (left > 1 && ((steady && was_steady) || steps_ > most_steps)) {
      skipped_ = (left - 1) * grown.least;
      exact_ = exact_ && steady;
      return true;
    }
    before = std::move(now);
    was_steady = steady;
  }
  return true;
}

std::int64_t ScheduleRun::makespan() const {
  std::int64_t last = 0;
  for (const Stage& stage : stages_) last = std::max(last, stage.now);
  return last + skipped_;
}

// When a mini-batch ends. That a connection is free before its sender is makes no difference.
std::vector<std::int64_t> ScheduleRun::boundary() const {
  std::vector<std::int64_t> times;
  for (const Stage& stage : stages_) times.push_back(stage.now);
  std::vector<std::int64_t> free = free_;
  for (std::size_t link = 0; link < links_.size(); ++link) {
    std::int64_t& mine = free[connection_of(link)];
    mine = std::max(mine, stages_[links_[link].sender].now);
  }
  times.insert(times.end(), free.begin(), free.end());
  return times;
}

bool ScheduleRun::all_ended() const {
  for (std::size_t stage = 0; stage < stages_.size(); ++stage)
    if (!ended(stage)) return false;
  return true;
}

bool ScheduleRun::run_mini_batch() {
  for (Stage& stage : stages_) stage.segment = 0;
  if (by_turns_) return run_turn_by_turn();
  run_through();
  return all_ended();
}

// A stage is ready at first, and whenever the message that it waits for has been sent.
void ScheduleRun::run_through() {
  for (std::size_t stage = stages_.size(); stage-- > 0;) ready_.push_back(stage);
  while (!ready_.empty()) {
    const std::size_t stage = ready_.back();
    ready_.pop_back();
    advance(stage);
  }
}

bool ScheduleRun::run_turn_by_turn() {
  turns_.clear();
  const std::int64_t begin = steps_;
  while (!all_ended()) {
    const std::int64_t before = steps_;
    take_turn();
    if (steps_ == before || steps_ - begin > most_steps) return false;
    skip_turns();
  }
  return true;
}

// What goes to later stages needs one sweep up, what goes back one sweep down.
void ScheduleRun::take_turn() {
  for (Stage& stage : stages_) stage.turn_over = false;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t stage = 0; stage < stages_.size(); ++stage) moved = advance(stage) || moved;
    for (std::size_t stage = stages_.size(); stage-- > 0;) moved = advance(stage) || moved;
  }
}

// Says whether the stage did anything.
bool ScheduleRun::advance(std::size_t number) {
  Stage& stage = stages_[number];
  const std::vector<Segment>& program = programs()[number];
  const std::int64_t before = steps_;
  while (stage.segment != program.size() && !stage.turn_over) {
    const Segment& segment = program[stage.segment];
    const Step& step = segment.steps[stage.step];
    if (step.receives != no_link) {
      const Link& link = links_[static_cast<std::size_t>(step.receives)];
      if (link.taken == link.arrived.size()) {
        stage.waits_for = step.receives;
        break;
      }
      stage.now = std::max(stage.now, receive(static_cast<std::size_t>(step.receives)));
    }
    stage.now += step.span.ps;
    if (step.sends != no_link) send(static_cast<std::size_t>(step.sends), stage.now);
    ++steps_;
    if (++stage.step < segment.steps.size()) continue;
    stage.step = 0;
    stage.turn_over = by_turns_;
    if (++stage.repeat < segment.repeats) continue;
    stage.repeat = 0;
    ++stage.segment;
  }
  return steps_ > before;
}

// Backwards, a message's bytes come first and its latency after them.
void ScheduleRun::send(std::size_t number, std::int64_t now) {
  const StageLink& takes = schedule_->links[number];
  Link& link = links_[number];
  std::int64_t& free = free_[connection_of(number)];
  const std::int64_t ready = backwards() ? now : now + takes.latency.ps;
  const std::int64_t begin = std::max(ready, free);
  if (begin > ready && !schedule_->messages_in_turn) exact_ = false;
  free = begin + takes.transfer.ps;
  link.first = std::min(link.first, begin);
  if (first_mini_batch_ == 0) link.last = free;
  if (link.watched && !backwards()) link.flows.push_back({begin, free});
  link.arrived.push_back(backwards() ? free + takes.latency.ps : free);
  Stage& receiver = stages_[link.receiver];
  if (receiver.waits_for != static_cast<LinkNumber>(number)) return;
  receiver.waits_for = no_link;
  if (!by_turns_) ready_.push_back(link.receiver);
}

std::int64_t ScheduleRun::receive(std::size_t number) {
  Link& link = links_[number];
  const std::int64_t arrival = link.arrived[link.taken++];
  if (link.taken == link.arrived.size() || link.taken == std::size_t{most_taken}) {
    link.arrived.erase(link.arrived.begin(),
                       link.arrived.begin() + static_cast<std::ptrdiff_t>(link.taken));
    link.taken = 0;
  }
  return arrival;
}

}  // namespace lockstep::models
