#include "models/cost/own_links.hpp"

#include <algorithm>

#include "models/cost/algorithm.hpp"
#include "models/cost/certain_time.hpp"

namespace lockstep::models {

void raise_to_own_links(const Setup& setup, ClosedForm& form) {
  if (form.claim != TimeClaim::lower_bound && form.claim != TimeClaim::estimate) return;
  const double links_s = std::max(bytes_s(setup, form), busiest_link_s(setup, form));
  form.makespan = std::max(form.makespan, nearest_seconds(links_s));
}

Formula formula_of(const Setup& setup) {
  ClosedForm form = setup.algorithm->closed_form(setup);
  const Picoseconds own = form.makespan;
  raise_to_own_links(setup, form);
  const Formula formula = setup.algorithm->formula(setup);
  if (form.makespan == own) return formula;
  return max(formula, Terms<Formula>::seconds("t_own_links", form.makespan.seconds()));
}

}  // namespace lockstep::models
