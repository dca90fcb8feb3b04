// Steps on parameters that all workers share: a worker reads them, computes a gradient, gets hold
// of them again and changes them in place, without a lock. Shared by the lock-free algorithms.
//
// The bus carries what coherent caches move: the parameters to each core that reads them, and again
// to the core that changes them, because others have changed them in between. A single core keeps
// them in its cache.
#pragma once

#include "models/cost/formula.hpp"
#include "models/cost/network_view.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Reads the parameters, computes the gradient of `samples` samples, and updates in place.
[[nodiscard]] Program shared_step(Worker& worker, std::int64_t samples);

// Each worker takes `steps` such steps of `samples` samples each in every iteration.
struct SharedSteps {
  std::int64_t steps = 1;
  std::int64_t samples = 1;
};
[[nodiscard]] Program shared_steps_program(Worker& worker, SharedSteps steps);
[[nodiscard]] ClosedForm shared_steps_closed_form(const Setup& setup, SharedSteps steps);
[[nodiscard]] Formula shared_steps_formula(const Setup& setup, SharedSteps steps);
// The functions above with the steps that `steps` returns, for an algorithm's record.
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

// The seconds that the bus takes to bring the parameters, or as many gradients, to one core, and
// those for which this keeps the bus busy.
struct BusTimes {
  double access_s = 0;
  double taken_s = 0;
  bool exact = true;  // equal cores, in step: all of them access at once and share the bus evenly
};
[[nodiscard]] BusTimes bus_times(const Setup& setup, ScalarKind kind = ScalarKind::parameter);

// Returns the times where no core waits for another.
[[nodiscard]] inline BusTimes bus_for_one(BusTimes bus) {
  bus.taken_s = 0;
  return bus;
}

// Returns the least time of a worker that computes for `computing` and makes `accesses` accesses to
// the parameters.
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
// Sets the claim of `form`. `chain_s` is the time that the slowest worker's computing and accesses
// take in the whole run; every worker makes `accesses` accesses.
void claim_shared(const Setup& setup, const BusTimes& bus, double chain_s, std::int64_t accesses,
                  ClosedForm& form);

// Returns the staleness where workers begin at once and take `updates` steps each. It is exact
// where they stay in step.
[[nodiscard]] ClaimedStaleness staleness_of_steps(const Setup& setup, std::int64_t updates);

// Returns the worker for which `seconds(rank)` is largest.
template <class Seconds>
[[nodiscard]] Rank slowest_worker(const Setup& setup, const Seconds& seconds) {
  Rank slowest = 0;
  for (Rank rank = 1; rank < setup.workers && setup.cluster.devices.size() > 1; ++rank)
    if (seconds(rank) > seconds(slowest)) slowest = rank;
  return slowest;
}

}  // namespace lockstep::models
