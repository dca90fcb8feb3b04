// Steps on parameters that all workers share: read them, compute a gradient, get hold of them and
// change them in place, without a lock. Shared by the lock-free algorithms.
//
// What crosses the bus is what coherent caches move: the parameters to each core that reads them,
// and again to the core that changes them, because others have changed them in between. One core
// alone keeps them in its cache.
#pragma once

#include "models/cost/formula.hpp"
#include "models/cost/network_view.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Reads the parameters, computes the gradient of `samples` samples, updates in place.
[[nodiscard]] Program shared_step(Worker& worker, std::int64_t samples);

// `steps` such steps of `samples` samples each for a worker in each iteration.
struct SharedSteps {
  std::int64_t steps = 1;
  std::int64_t samples = 1;
};
[[nodiscard]] Program shared_steps_program(Worker& worker, SharedSteps steps);
[[nodiscard]] ClosedForm shared_steps_closed_form(const Setup& setup, SharedSteps steps);
[[nodiscard]] Formula shared_steps_formula(const Setup& setup, SharedSteps steps);
// The same for an algorithm's record.
template <SharedSteps (*steps)(const Setup&)>
[[nodiscard]] Program shared_steps_program(Worker& worker) {
  return shared_steps_program(worker, steps(worker.setup()));
}
template <SharedSteps (*steps)(const Setup&)>
[[nodiscard]] ClosedForm shared_steps_closed_form(const Setup& setup) {
  return shared_steps_closed_form(setup, steps(setup));
}
template <SharedSteps (*steps)(const Setup&)>
[[nodiscard]] Formula shared_steps_formula(const Setup& setup) {
  return shared_steps_formula(setup, steps(setup));
}

// How long the bus takes to bring the parameters, or as many gradients, to one core, and how long
// that keeps it busy.
struct BusTimes {
  double access_s = 0;
  double taken_s = 0;
  bool exact = true;  // equal cores, in step: all of them access at once and share the bus evenly
};
[[nodiscard]] BusTimes bus_times(const Setup& setup, ScalarKind kind = ScalarKind::parameter);

// Where no core waits for another.
[[nodiscard]] inline BusTimes bus_for_one(BusTimes bus) {
  bus.taken_s = 0;
  return bus;
}

// What a worker that computes for `computing` between `accesses` of the parameters needs at least.
template <class Term>
[[nodiscard]] Term with_accesses(const Setup& setup, const BusTimes& bus, const Term& computing,
                                 std::int64_t accesses) {
  using T = Terms<Term>;
  if (setup.workers == 1) return computing;
  const Term each = T::number("accesses", static_cast<double>(accesses));
  const Term chain = computing + each * T::seconds("t_access(n)", bus.access_s);
  if (bus.exact) return chain;
  return max(chain, T::number("P", setup.workers) * each * T::seconds("t_bus(n)", bus.taken_s));
}
// `chain_s`: what the slowest worker computes and its accesses take, in the whole run; all workers
// have `accesses` each.
void claim_shared(const Setup& setup, const BusTimes& bus, double chain_s, std::int64_t accesses,
                  ClosedForm& form);

// Of workers that begin at once and take `updates` steps each: exact where they stay in step.
[[nodiscard]] ClaimedStaleness staleness_of_steps(const Setup& setup, std::int64_t updates);

// The worker for which `seconds(rank)` is most.
template <class Seconds>
[[nodiscard]] Rank slowest_worker(const Setup& setup, const Seconds& seconds) {
  Rank slowest = 0;
  for (Rank rank = 1; rank < setup.workers && setup.cluster.devices.size() > 1; ++rank)
    if (seconds(rank) > seconds(slowest)) slowest = rank;
  return slowest;
}

}  // namespace lockstep::models
