// When a schedule is over, or at least when it can be.
#include <algorithm>
#include <limits>
#include <vector>

#include "models/parts/stages/schedule_run.hpp"

namespace lockstep::models {

// Whether messages of two connections were at one place at once.
bool ScheduleRun::meet() const {
  if (!watched_) return false;
  std::vector<Watched> watched;
  watched.reserve(4 * links_.size());
  for (std::size_t link = 0; link < links_.size(); ++link)
    if (links_[link].watched)
      for (const StageLink::Crossing& crossing : schedule_->links[link].crossings)
        watched.emplace_back(crossing.place, link);
  std::ranges::sort(watched);
  std::vector<std::size_t> next;
  for (auto first = watched.begin(); first != watched.end();) {
    const auto last =
        std::find_if(first, watched.end(), [&](Watched one) { return one.first != first->first; });
    if (meet_at({first, last}, next)) return true;
    first = last;
  }
  return false;
}

// Flows of each link stand in order of their begins: all of them are merged.
bool ScheduleRun::meet_at(std::span<const Watched> links, std::vector<std::size_t>& next) const {
  next.assign(links.size(), 0);
  std::int64_t last_end = 0;
  std::size_t last_connection = links_.size();
  for (;;) {
    std::size_t first = links.size();
    const Flow* flow = nullptr;
    for (std::size_t i = 0; i < links.size(); ++i) {
      const auto& flows = links_[links[i].second].flows;
      if (next[i] == flows.size()) continue;
      if (flow != nullptr && flow->begin <= flows[next[i]].begin) continue;
      first = i;
      flow = &flows[next[i]];
    }
    if (flow == nullptr) return false;
    ++next[first];
    const std::size_t connection = connection_of(links[first].second);
    if (flow->begin < last_end && connection != last_connection) return true;
    if (flow->end < last_end) continue;
    last_end = flow->end;
    last_connection = connection;
  }
}

namespace {

// What is sent over each link in a mini-batch.
std::vector<std::int64_t> messages_by_link(const Schedule& schedule) {
  std::vector<std::int64_t> messages(schedule.links.size(), 0);
  for (const auto& program : schedule.stages)
    for (const Segment& segment : program)
      for (const Step& step : segment.steps)
        if (step.sends != no_link)
          messages[static_cast<std::size_t>(step.sends)] += segment.repeats;
  return messages;
}

// Of all messages of a mini-batch that cross it.
struct Place {
  double busy_s = 0;
  double first_s = std::numeric_limits<double>::infinity();  // when it can begin
  double last_s = 0;  // when its last message is over, if none are slowed down
  double after_s = std::numeric_limits<double>::infinity();  // what must follow its end

  [[nodiscard]] double all_s() const { return busy_s > 0 ? first_s + busy_s + after_s : 0; }
};

// Calls `visit(link, place)` for each place that messages of a link cross.
template <class Visit>
void for_crossings(const Schedule& schedule, const std::vector<std::int64_t>& messages,
                   std::vector<Place>& places, const Visit& visit) {
  for (std::size_t link = 0; link < schedule.links.size(); ++link)
    if (messages[link] > 0)
      for (const StageLink::Crossing& crossing : schedule.links[link].crossings)
        visit(link, crossing, places[static_cast<std::size_t>(crossing.place)]);
}

// All messages of a mini-batch go over the busiest place, one after another or side by side. What
// must follow the last of them is no more than what does follow it. So if all of them have room
// between the first and the last as it is, they take no longer than the mini-batch, and nobody has
// to look for what must follow: 0.
double through_busiest_place_s(const Schedule& schedule, const ScheduleRun& there) {
  std::vector<Place> places(static_cast<std::size_t>(schedule.places));
  const std::vector<std::int64_t> messages = messages_by_link(schedule);
  const auto seconds = [](std::int64_t ps) { return Picoseconds{ps}.seconds(); };
  for_crossings(schedule, messages, places, [&](std::size_t link, const auto& crossing, Place& at) {
    const auto number = static_cast<LinkNumber>(link);
    at.busy_s += static_cast<double>(messages[link]) * crossing.busy_s;
    at.first_s = std::min(at.first_s, seconds(there.first_flow(number)));
    at.last_s = std::max(at.last_s, seconds(there.last_flow(number)));
  });
  const double end_s = seconds(there.first_mini_batch());
  if (std::ranges::all_of(places, [&](const Place& at) {
        return at.busy_s <= 0 || at.first_s + at.busy_s <= std::min(at.last_s, end_s);
      }))
    return 0;
  ScheduleRun back(schedule, ScheduleRun::Direction::backwards);
  if (!back.run(1)) return 0;
  for_crossings(schedule, messages, places, [&](std::size_t link, const auto&, Place& at) {
    const double after_s = seconds(back.first_flow(static_cast<LinkNumber>(link)));
    at.after_s = std::min(at.after_s, std::max(0.0, after_s));
  });
  double longest_s = 0;
  for (const Place& place : places) longest_s = std::max(longest_s, place.all_s());
  return longest_s * static_cast<double>(schedule.iterations);
}

// No schedule takes longer, if messages do not meet.
double all_in_a_row_s(const Schedule& schedule) {
  double sum_ps = 0;
  for (const auto& program : schedule.stages)
    for (const Segment& segment : program)
      for (const Step& step : segment.steps) {
        auto step_ps = static_cast<double>(step.span.ps);
        if (step.sends != no_link) {
          const StageLink& link = schedule.links[static_cast<std::size_t>(step.sends)];
          step_ps += static_cast<double>(link.latency.ps) + static_cast<double>(link.transfer.ps);
        }
        sum_ps += static_cast<double>(segment.repeats) * step_ps;
      }
  return 1e-12 * sum_ps * static_cast<double>(schedule.iterations);
}

}  // namespace

ScheduleTime schedule_time(const Schedule& schedule) {
  constexpr double longest_s = 4e6;  // whose picoseconds can be added up
  if (schedule.stages.empty() || all_in_a_row_s(schedule) > longest_s) return {};
  ScheduleRun there(schedule, ScheduleRun::Direction::forwards);
  if (!there.run(schedule.iterations)) return {};
  ScheduleTime time{{there.makespan()}, there.exact(), true};
  if (!time.exact && there.places_are_shared())
    time.makespan =
        std::max(time.makespan, nearest_seconds(through_busiest_place_s(schedule, there)));
  return time;
}

}  // namespace lockstep::models
