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

namespace {

void make_estimate(ClosedForm& form, std::string_view leaves_out) {
  form.claim = TimeClaim::estimate;
  if (!form.leaves_out.empty()) form.leaves_out += ", and ";
  form.leaves_out += leaves_out;
}

// Of ranks that share cores: as if each had its share of them all the time.
ClosedForm form_on_cores(const Setup& setup) {
  Setup shared = setup;
  const double ranks_a_core = static_cast<double>(setup.ranks()) / setup.cluster.cores;
  for (DeviceSpec& device : shared.cluster.devices) device.slowdown *= ranks_a_core;
  ClosedForm form = setup.algorithm->closed_form(shared);
  make_estimate(form, "that ranks which wait leave their cores to others");
  return form;
}

}  // namespace

ClosedForm closed_form_of(const Setup& setup) {
  const Cluster& cluster = setup.cluster;
  const bool crowded = cluster.cores > 0 && cluster.cores < setup.ranks();
  ClosedForm form = crowded ? form_on_cores(setup) : setup.algorithm->closed_form(setup);
  if (!cluster.endpoint.is_free() || cluster.endpoint.eager)
    make_estimate(form, "what messages keep processors from");
  if (cluster.slowdown && cluster.slowdown->random())
    make_estimate(form, "the spread of random slowdowns");
  return form;
}

}  // namespace lockstep::models
