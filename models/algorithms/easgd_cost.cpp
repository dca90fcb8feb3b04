// What `easgd` costs: time, counts and memory.
#include "models/algorithms/easgd_plan.hpp"

namespace lockstep::models::easgd_plan {

// One worker is its own mean: it has no centre and is `sgd`.
Rounds schedule_of(const Setup& setup) {
  Rounds schedule = rounds(setup);
  schedule.inner = &step_rule(setup);
  if (setup.workers > 1) schedule.outer = schedule.last_outer = &elastic_rule;
  return schedule;
}

ClosedForm closed_form(const Setup& setup) {
  const bool async = is_asynchronous(setup);
  ClosedForm form = async ? exchanges_closed_form(setup, plan_of(setup))
                          : rounds_closed_form(setup, schedule_of(setup));
  std::int64_t copies = 0;  // beside those that the rules keep: v, and without servers the centre
  if (async) copies += 1;   // the centre, then d in its place
  if (!async && setup.workers > 1) copies += 1;            // the sum
  if (&step_rule(setup) == &look_ahead_rule) copies += 1;  // x + momentum v
  form.memory.versions += copies * form.memory.parameters;
  return form;
}

Formula formula(const Setup& setup) {
  return is_asynchronous(setup) ? exchanges_formula(setup, plan_of(setup))
                                : rounds_formula(setup, schedule_of(setup));
}

}  // namespace lockstep::models::easgd_plan
