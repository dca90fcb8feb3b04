#include "models/parts/stages/stage_steps.hpp"

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

Waits waits_beyond(const Schedule& schedule, double bound_s) {
  const ScheduleTime time = schedule_time(schedule);
  if (!time.known) return {};
  const double over_s = time.makespan.seconds() - bound_s;
  // Sums in another order differ in their last digits.
  const bool differ = over_s > 1e-9 * time.makespan.seconds();
  return {.seconds = differ ? over_s : 0, .exact = time.exact, .known = true};
}

void claim_waits(ClosedForm& form, const Waits& waits) {
  if (waits.exact) return;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out = waits.known ? "messages that slow each other down where they meet on a link"
                                : "stages and messages that wait for each other in turn";
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
