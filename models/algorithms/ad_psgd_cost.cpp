// What `ad_psgd` costs: time, counts and memory.
#include <algorithm>
#include <vector>

#include "models/algorithms/ad_psgd_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/draws.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models::ad_psgd_plan {

namespace {

int active_workers(const Setup& setup) {
  const Neighbourhood graph = neighbourhood_of(setup);
  int active = 0;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    if (in_first_part(graph, rank)) ++active;
  return active;
}

// What one active worker does in an iteration at least: with its nearest neighbour, if that one is
// free and as fast as the fastest.
struct Parts {
  double passes_s = 0;
  double message_s = 0;  // there
  double answer_s = 0;   // and back
  double fold_s = 0;
  double update_s = 0;

  [[nodiscard]] double sum_s() const { return passes_s + message_s + answer_s + fold_s + update_s; }
};

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  const Neighbourhood graph = neighbourhood_of(setup);
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t bytes = parameters * setup.mlp.precision.parameters;
  const double fastest_fold_s = min_over_workers(setup, [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters));
  });
  Parts slowest;
  const bool alike = network.uniform() && setup.cluster.devices.size() == 1;
  for (Rank rank = 0; rank < (alike ? 1 : setup.workers); ++rank) {
    if (!in_first_part(graph, rank)) continue;
    Parts mine{.passes_s = mini_batch_s(setup, rank),
               .update_s = update_s(setup, rank, parameters)};
    double least_s = -1;
    for (const Rank other : graph.of(rank)) {
      const double there_s = network.message(rank, other, bytes).seconds();
      const double back_s = network.message(other, rank, bytes).seconds();
      if (least_s >= 0 && there_s + back_s >= least_s) continue;
      least_s = there_s + back_s;
      mine.message_s = there_s;
      mine.answer_s = back_s;
      mine.fold_s = fastest_fold_s;
      if (network.uniform()) break;
    }
    if (mine.sum_s() > slowest.sum_s()) slowest = mine;
  }
  return slowest;
}

double slowest_step_s(const Setup& setup) {
  return max_over_workers(setup, [&](Rank rank) {
    return mini_batch_s(setup, rank) + update_s(setup, rank, setup.mlp.parameters());
  });
}

template <class Term>
Term expression(const Setup& setup) {
  using T = Terms<Term>;
  const Parts parts = parts_of(setup);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const Term step =
      passes_term<Term>(setup, parts.passes_s) + T::seconds("t_update(n)", parts.update_s);
  if (setup.workers == 1) return iterations * step;
  const Term averaging = T::seconds("t_message(n)", parts.message_s) +
                         T::seconds("t_reduce(n)", parts.fold_s) +
                         T::seconds("t_answer(n)", parts.answer_s);
  if (setup.same_devices()) return iterations * (step + averaging);
  return iterations * max(step + averaging, T::seconds("t_slowest_step", slowest_step_s(setup)));
}

// Where each average waits for those of all other active workers, and for a step of its neighbour.
double most_s(const Setup& setup, int active) {
  const Parts parts = parts_of(setup);
  const double average_s = parts.message_s + parts.fold_s + parts.answer_s;
  const double step_s = parts.passes_s + parts.update_s;
  return static_cast<double>(setup.training.iterations) *
         (slowest_step_s(setup) + (active > 1 ? step_s : 0) + active * average_s);
}

// At most: an active worker's model changes only when it asks for it, and each of its averages can
// make one gradient of a passive worker older. All may fall into one gradient of a slow neighbour.
ClaimedStaleness staleness_of(const Setup& setup, double active) {
  const auto askers = std::int64_t{neighbourhood_of(setup).degree(1)};
  return {active / setup.workers, askers * setup.training.iterations, false};
}

}  // namespace

Formula formula(const Setup& setup) { return expression<Formula>(setup); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count steps = Count{setup.training.iterations} * setup.workers;
  const Count parameters = setup.mlp.parameters();
  count_passes(form.flops, setup.mlp, Count{setup.training.iterations} * setup.global_batch);
  form.flops[ComputeKind::update] = steps * setup.step_rule().flops * parameters;
  form.makespan = nearest_seconds(expression<double>(setup));
  form.memory = replica_memory(setup);
  if (setup.workers == 1) return form;
  const int active = active_workers(setup);
  const Count averages = Count{setup.training.iterations} * active;
  form.messages = 2 * averages;
  form.bytes = form.messages * parameters * setup.mlp.precision.parameters;
  form.flops[ComputeKind::reduce] = averages * parameters;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out =
      setup.workers_fold_on_devices()
          ? "requests that wait for a neighbour's device, its other requests and links"
          : "requests that wait for a neighbour's other requests and links";
  note_rough(form, most_s(setup, active), "several may ask one neighbour at once");
  // Of a passive worker: the copy that its gradient is computed at, and the models of its active
  // neighbours, which may all ask at once.
  form.memory.versions += form.memory.parameters;
  form.memory.buffers = std::int64_t{neighbourhood_of(setup).degree(1)} * form.memory.parameters;
  form.staleness = staleness_of(setup, active);
  return form;
}

}  // namespace lockstep::models::ad_psgd_plan
