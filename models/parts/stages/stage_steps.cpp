#include "models/parts/stages/stage_steps.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "models/cost/near_bound.hpp"

namespace lockstep::models {

namespace {

std::vector<std::int64_t> even_bytes(const Setup& setup) {
  const Pipeline pipeline = pipeline_of(setup);
  std::vector<std::int64_t> bytes;
  bytes.reserve(static_cast<std::size_t>(setup.workers));
  for (int stage = 0; stage + 1 < setup.workers; ++stage)
    bytes.push_back(activation_bytes_before(
        setup, layers_of_stage(setup.mlp, setup.workers, stage).end(), pipeline.samples));
  return bytes;
}

}  // namespace

StageSteps::StageSteps(const Setup& setup, std::vector<StageTimes> times,
                       const std::vector<std::int64_t>& bytes)
    : times_(std::move(times)), links_(setup) {
  there_.reserve(bytes.size());
  back_.reserve(bytes.size());
  for (std::size_t stage = 0; stage < bytes.size(); ++stage) {
    const auto rank = static_cast<Rank>(stage);
    there_.push_back(links_.add(rank, rank + 1, bytes[stage]));
    back_.push_back(links_.add(rank + 1, rank, bytes[stage]));
  }
}

StageSteps::StageSteps(const Setup& setup, std::vector<StageTimes> times)
    : StageSteps(setup, std::move(times), even_bytes(setup)) {}

Step StageSteps::forward(std::size_t stage) const {
  return {.span = nearest_seconds(times_[stage].forward_s),
          .receives = stage > 0 ? there_[stage - 1] : no_link,
          .sends = stage < there_.size() ? there_[stage] : no_link};
}

Step StageSteps::back(std::size_t stage, double seconds) const {
  return {.span = nearest_seconds(seconds),
          .receives = stage < back_.size() ? back_[stage] : no_link,
          .sends = stage > 0 ? back_[stage - 1] : no_link};
}

Step StageSteps::backward(std::size_t stage) const { return back(stage, times_[stage].backward_s); }

Step StageSteps::backward_input(std::size_t stage) const {
  return back(stage, times_[stage].backward_s - times_[stage].backward_weight_s);
}

Step StageSteps::backward_weight(std::size_t stage) const {
  return {.span = nearest_seconds(times_[stage].backward_weight_s)};
}

Step StageSteps::update(std::size_t stage) const {
  return {.span = nearest_seconds(times_[stage].update_s)};
}

namespace {

// Of each place: how many connections cross it.
std::vector<std::size_t> sharers_of_places(const Schedule& schedule) {
  std::vector<std::pair<std::int32_t, std::int32_t>> crossings;
  for (const StageLink& link : schedule.links)
    for (const StageLink::Crossing& crossing : link.crossings)
      crossings.emplace_back(crossing.place, link.connection);
  std::ranges::sort(crossings);
  const auto repeated = std::ranges::unique(crossings);
  crossings.erase(repeated.begin(), repeated.end());
  std::vector<std::size_t> sharers(static_cast<std::size_t>(schedule.places), 0);
  for (const auto& [place, connection] : crossings) ++sharers[static_cast<std::size_t>(place)];
  return sharers;
}

// The shortest of the steps that send or receive.
Picoseconds shortest_step(const Schedule& schedule) {
  Picoseconds shortest = longest_run;
  for (const auto& program : schedule.stages)
    for (const Segment& segment : program)
      for (const Step& step : segment.steps)
        if (step.sends != no_link || step.receives != no_link)
          shortest = std::min(shortest, step.span);
  return shortest;
}

// Returns the time as if the messages of all connections that cross a place were always under way
// at once; 0 if that is near the time without. A path through the schedule has a step between any
// two messages, unless these queue, for which steps must be shorter than their bytes take. So it
// grows by no more than the part that a message grows by of a step and that message.
double shared_s(Schedule schedule) {
  const std::vector<std::size_t> sharers = sharers_of_places(schedule);
  Picoseconds longest;
  Picoseconds most_growth;
  for (StageLink& link : schedule.links) {
    double longest_s = link.transfer.seconds();
    for (const StageLink::Crossing& crossing : link.crossings) {
      const auto number = static_cast<double>(sharers[static_cast<std::size_t>(crossing.place)]);
      longest_s = std::max(longest_s, number * crossing.busy_s);
    }
    const Picoseconds before = std::exchange(link.transfer, nearest_seconds(longest_s));
    longest = std::max(longest, link.transfer);
    most_growth = std::max(most_growth, link.transfer - before);
  }
  const Picoseconds step = shortest_step(schedule);
  if (longest <= step && most_growth.seconds() <= (1 - 1 / near_factor) * step.seconds()) return 0;
  return schedule_time(schedule).makespan.seconds();
}

}  // namespace

Waits waits_beyond(Schedule schedule, double bound_s) {
  const ScheduleTime time = schedule_time(schedule);
  if (!time.known) return {};
  const double over_s = time.makespan.seconds() - bound_s;
  // Sums in another order differ in their last digits.
  const bool differ = over_s > 1e-9 * time.makespan.seconds();
  Waits waits{.seconds = differ ? over_s : 0, .exact = time.exact, .known = true};
  if (time.exact) return waits;
  waits.most_s = schedule.messages_in_turn ? shared_s(std::move(schedule))
                                           : std::numeric_limits<double>::infinity();
  return waits;
}

void claim_waits(ClosedForm& form, const Waits& waits) {
  if (waits.exact) return;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out = waits.known ? "messages that slow each other down where they meet on a link"
                                : "stages and messages that wait for each other in turn";
  note_rough(form, waits.most_s, "messages may share links all the time");
}

ClosedForm form_with_waits(const Setup& setup, bool rematerialize, double seconds,
                           const Waits& waits) {
  ClosedForm form;
  count_pipeline(form, setup, rematerialize);
  form.makespan = nearest_seconds(seconds);
  if (setup.workers > 1) claim_waits(form, waits);
  return form;
}

}  // namespace lockstep::models
