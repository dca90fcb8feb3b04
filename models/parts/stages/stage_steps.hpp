// The steps that schedules of pipelines consist of, and what a schedule adds to a closed form.
//
// The closed form of a pipeline has what no schedule can shorten: filling, the busiest stage,
// draining. Going through the schedule adds the time that stages and links wait for each other.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/parts/stages/schedule.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

// The steps of stages in a row, one rank each.
class StageSteps {
 public:
  // `bytes[s]` is the size of the message that goes from stage s to the next with a micro-batch,
  // and of the message that comes back.
  StageSteps(const Setup& setup, std::vector<StageTimes> times,
             const std::vector<std::int64_t>& bytes);
  // Builds the steps of stages over which the layers are divided evenly.
  StageSteps(const Setup& setup, std::vector<StageTimes> times);

  [[nodiscard]] Step forward(std::size_t stage) const;
  [[nodiscard]] Step backward(std::size_t stage) const;
  [[nodiscard]] Step backward_input(std::size_t stage) const;
  [[nodiscard]] Step backward_weight(std::size_t stage) const;
  [[nodiscard]] Step update(std::size_t stage) const;
  [[nodiscard]] std::size_t stages() const { return times_.size(); }

  // Returns the schedule in which each stage runs `program_of(stage)` in each mini-batch.
  template <class ProgramOf>
  [[nodiscard]] Schedule schedule(std::int64_t iterations, const ProgramOf& program_of) const {
    Schedule schedule;
    schedule.iterations = iterations;
    schedule.stages.reserve(stages());
    for (std::size_t stage = 0; stage < stages(); ++stage)
      schedule.stages.push_back(program_of(stage));
    links_.give_to(schedule);
    return schedule;
  }

 private:
  [[nodiscard]] Step back(std::size_t stage, double seconds) const;

  std::vector<StageTimes> times_;
  StageLinks links_;
  std::vector<LinkNumber> there_;  // from a stage to the next
  std::vector<LinkNumber> back_;   // to a stage from the next
};

// The time by which a schedule takes longer than a closed form that is a lower bound of it.
struct Waits {
  double seconds = 0;
  bool exact = false;  // bound plus waits is the time of the simulation
  bool known = false;
  // If not exact: the whole time if each message had its share only of a link that others cross.
  // Infinite where messages of one connection share it, and 0 where that time is near.
  double most_s = 0;
};
[[nodiscard]] Waits waits_beyond(Schedule schedule, double bound_s);

template <class Term>
[[nodiscard]] Term with_waits(const Term& bound, const Waits& waits) {
  return waits.seconds > 0 ? bound + Terms<Term>::seconds("t_waits", waits.seconds) : bound;
}

// Sets the claim of `form`, whose time includes the waits: a lower bound, unless they are exact.
void claim_waits(ClosedForm& form, const Waits& waits);

// Returns the counts of a pipeline and its time of `seconds`, which includes the waits; leaves
// memory out.
[[nodiscard]] ClosedForm form_with_waits(const Setup& setup, bool rematerialize, double seconds,
                                         const Waits& waits);

}  // namespace lockstep::models
