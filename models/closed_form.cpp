#include "models/closed_form.hpp"

#include "models/algorithm.hpp"

namespace lockstep::models {

std::string_view name_of(ComputeKind kind) {
  switch (kind) {
    case ComputeKind::forward:
      return "forward";
    case ComputeKind::backward_weight:
      return "backward_weight";
    case ComputeKind::backward_input:
      return "backward_input";
    case ComputeKind::reduce:
      return "reduce";
    case ComputeKind::update:
      return "update";
  }
  return "";
}

Staleness staleness_in_turn(int workers, std::int64_t updates) {
  const std::int64_t others = workers - 1;
  return {to_double(Count{others} * (2 * updates - 1)) / to_double(2 * Count{updates}), others};
}

ClosedForm closed_form_of(const Setup& setup) {
  ClosedForm form = setup.algorithm->closed_form(setup);
  if (!setup.cluster.slowdown || !setup.cluster.slowdown->random()) return form;
  form.claim = TimeClaim::estimate;
  if (!form.leaves_out.empty()) form.leaves_out += ", and ";
  form.leaves_out += "the spread of random slowdowns";
  return form;
}

}  // namespace lockstep::models
