#include "models/cost/closed_form.hpp"

#include <algorithm>
#include <cmath>

#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/oversubscription.hpp"
#include "models/cost/own_links.hpp"

namespace lockstep::models {

ClaimedStaleness staleness_at_most(int workers, std::int64_t updates) {
  const Count others = workers - 1;
  if (others == 0) return {};
  return {to_double(others * (2 * Count{updates} - 1)) / to_double(2 * Count{updates}),
          static_cast<std::int64_t>(others * updates), false};
}

void note_rough(ClosedForm& form, double most_s, std::string_view why) {
  if (form.claim == TimeClaim::lower_bound && most_s > near_factor * form.makespan.seconds())
    form.rough = why;
}

namespace {

void leave_out(ClosedForm& form, std::string_view what) {
  if (!form.leaves_out.empty()) form.leaves_out += ", and ";
  form.leaves_out += what;
}

void make_estimate(ClosedForm& form, std::string_view leaves_out) {
  form.claim = TimeClaim::estimate;
  form.rough.clear();  // an estimate bounds nothing
  leave_out(form, leaves_out);
}

// Others may have most of the links: a bound holds, but says little.
void leave_out_others(ClosedForm& form) {
  constexpr std::string_view others = "the traffic of others";
  if (form.claim != TimeClaim::lower_bound) return make_estimate(form, others);
  leave_out(form, others);
  form.rough = "others may have most of the links";
}

// Of ranks that share cores: as if each had its share of them all the time.
ClosedForm form_on_cores(const Setup& setup) {
  Setup shared = setup;
  const double ranks_a_core = static_cast<double>(setup.ranks()) / setup.cluster.cores;
  for (DeviceSpec& device : shared.cluster.devices) device.slowdown *= ranks_a_core;
  ClosedForm form = setup.algorithm->closed_form(shared);
  make_estimate(form, "waiting ranks that yield their cores");
  return form;
}

// Whether an exact time is that of a network that has room for messages which a real one has not:
// with links shared fairly it is not the same any more.
bool is_exact_by_sharing_alone(const Setup& setup, const ClosedForm& form) {
  if (setup.cluster.sharing == Sharing::max_min || !has_oversubscribed_links(setup)) return false;
  Setup shared = setup;
  shared.cluster.sharing = Sharing::max_min;
  const ClosedForm other = setup.algorithm->closed_form(shared);
  const double tolerance_s = 1e-9 * form.makespan.seconds();
  return other.claim != TimeClaim::exact ||
         std::abs((other.makespan - form.makespan).seconds()) > tolerance_s;
}

}  // namespace

ClosedForm closed_form_of(const Setup& setup) {
  const Cluster& cluster = setup.cluster;
  const bool crowded = cluster.cores > 0 && cluster.cores < setup.ranks();
  ClosedForm form = crowded ? form_on_cores(setup) : setup.algorithm->closed_form(setup);
  raise_to_own_links(setup, form);
  if (form.claim == TimeClaim::exact && is_exact_by_sharing_alone(setup, form))
    make_estimate(form, "messages that meet on oversubscribed links inside the network");
  if (form.claim != TimeClaim::estimate && cluster.connections == Connections::independent &&
      std::ranges::any_of(cluster.topology->links, [](const auto& link) { return link.unshared; }))
    make_estimate(form, "messages of one pair that an unshared link carries at once");
  if (form.claim != TimeClaim::estimate && may_take_other_paths(setup))
    make_estimate(form, "messages of one pair of hosts that take different paths");
  if (!cluster.endpoint.is_free() || cluster.endpoint.eager)
    make_estimate(form, "processor time taken by messages");
  if (cluster.slowdown && cluster.slowdown->random())
    make_estimate(form, "the spread of random slowdowns");
  if (!cluster.background.empty() && form.messages > 0) leave_out_others(form);
  return form;
}

}  // namespace lockstep::models
