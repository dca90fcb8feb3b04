// Turns of a schedule that repeat: they are left out.
#include <algorithm>

#include "models/parts/stages/schedule_run.hpp"

namespace lockstep::models {

namespace {

// Whether from `a` over `b` to `c` everything grew by the same twice.
bool in_step(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b,
             const std::vector<std::int64_t>& c) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (c[i] - b[i] != b[i] - a[i]) return false;
  return true;
}

bool sends(const Segment& segment, std::size_t link) {
  return std::ranges::any_of(
      segment.steps, [&](const Step& step) { return step.sends == static_cast<LinkNumber>(link); });
}

}  // namespace

ScheduleRun::Snapshot ScheduleRun::snapshot() const {
  Snapshot now;
  for (const Stage& stage : stages_) {
    now.where.push_back(stage.segment);
    now.where.push_back(stage.step);
    now.repeats.push_back(stage.repeat);
    now.times.push_back(stage.now);
  }
  now.times.insert(now.times.end(), free_.begin(), free_.end());
  for (const Link& link : links_) {
    now.where.push_back(link.arrived.size() - link.taken);
    now.times.insert(now.times.end(),
                     link.arrived.begin() + static_cast<std::ptrdiff_t>(link.taken),
                     link.arrived.end());
  }
  return now;
}

// If the last turns did what those before them had done, and every time grew by as much as it had
// grown then, leaves out those that will go on so. That is a bound: each time is at least the one
// that was the latest of those it waits for, and has grown with it. It is exact if none of the
// others grows faster and overtakes: senders no faster than their messages, these no faster than
// who receives them.
void ScheduleRun::skip_turns() {
  turns_.push_back(snapshot());
  const std::size_t last = turns_.size() - 1;
  const std::size_t longest = stages_.size() + 1;
  for (std::size_t period = 1; period <= longest && 2 * period <= last; ++period) {
    const Snapshot& a = turns_[last - 2 * period];
    const Snapshot& b = turns_[last - period];
    const Snapshot& c = turns_[last];
    if (a.where != c.where || b.where != c.where) continue;
    if (!in_step(a.times, b.times, c.times) || !in_step(a.repeats, b.repeats, c.repeats)) continue;
    return skip(Snapshot(b), Snapshot(c));
  }
  if (turns_.size() > 4 * longest)
    turns_.erase(turns_.begin(), turns_.begin() + static_cast<std::ptrdiff_t>(longest));
}

void ScheduleRun::skip(const Snapshot& before, const Snapshot& now) {
  constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();
  std::int64_t periods = endless;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const std::int64_t passed = now.repeats[stage] - before.repeats[stage];
    if (passed <= 0) continue;
    const std::int64_t all = programs()[stage][stages_[stage].segment].repeats;
    periods = std::min(periods, (all - now.repeats[stage] - 1) / passed);
  }
  if (periods <= 0 || periods == endless) return;
  exact_ = exact_ && none_catches_up(before, now);
  std::size_t index = 0;
  const auto grow = [&](std::int64_t& time) {
    time += periods * (now.times[index] - before.times[index]);
    ++index;
  };
  for (Stage& stage : stages_) grow(stage.now);
  for (std::int64_t& free : free_) grow(free);
  for (Link& link : links_)
    for (std::size_t i = link.taken; i < link.arrived.size(); ++i) grow(link.arrived[i]);
  for (std::size_t stage = 0; stage < stages_.size(); ++stage)
    stages_[stage].repeat += periods * (now.repeats[stage] - before.repeats[stage]);
  turns_skipped_ = true;
  turns_.clear();
}

bool ScheduleRun::none_catches_up(const Snapshot& before, const Snapshot& now) const {
  const auto grew = [&](std::size_t index) { return now.times[index] - before.times[index]; };
  for (std::size_t link = 0; link < links_.size(); ++link) {
    const std::size_t sender = links_[link].sender;
    if (ended(sender) || !sends(programs()[sender][stages_[sender].segment], link)) continue;
    const std::int64_t messages = grew(stages_.size() + connection_of(link));
    if (grew(sender) > messages || messages > grew(links_[link].receiver)) return false;
  }
  return true;
}

}  // namespace lockstep::models
