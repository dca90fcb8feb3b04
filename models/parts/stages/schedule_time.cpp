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

struct Place {
  double busy_s = 0;
  double first_s = std::numeric_limits<double>::infinity();  // when it can begin
  double after_s = std::numeric_limits<double>::infinity();  // what must follow its end

  [[nodiscard]] double all_s() const { return busy_s > 0 ? first_s + busy_s + after_s : 0; }
};

// All messages of a mini-batch go over the busiest place, one after another or side by side.
double through_busiest_place_s(const Schedule& schedule, const ScheduleRun& there) {
  ScheduleRun back(schedule, ScheduleRun::Direction::backwards);
  if (!back.run(1)) return 0;
  std::vector<Place> places(static_cast<std::size_t>(schedule.places));
  const std::vector<std::int64_t> messages = messages_by_link(schedule);
  for (std::size_t link = 0; link < schedule.links.size(); ++link) {
    if (messages[link] == 0) continue;
    const auto number = static_cast<LinkNumber>(link);
    const double first_s = Picoseconds{there.first_flow(number)}.seconds();
    const double after_s = std::max(0.0, Picoseconds{back.first_flow(number)}.seconds());
    for (const StageLink::Crossing& crossing : schedule.links[link].crossings) {
      Place& place = places[static_cast<std::size_t>(crossing.place)];
      place.busy_s += static_cast<double>(messages[link]) * crossing.busy_s;
      place.first_s = std::min(place.first_s, first_s);
      place.after_s = std::min(place.after_s, after_s);
    }
  }
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
