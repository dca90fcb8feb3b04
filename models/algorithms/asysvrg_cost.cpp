// What `asysvrg` costs: time, counts and memory.

#include "models/algorithms/asysvrg_plan.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/draws.hpp"
#include "models/parts/replicas/shared_steps.hpp"

namespace lockstep::models::asysvrg_plan {

namespace {

// Accesses of a worker in an iteration: u0, the sum, mu; then u twice in every inner step. The sum
// and mu are gradients.
constexpr std::int64_t gradient_accesses = 2;
std::int64_t parameter_accesses(const Setup& setup) { return 1 + 2 * inner_steps_of(setup); }
std::int64_t accesses_of(const Setup& setup) {
  return parameter_accesses(setup) + gradient_accesses;
}

// The mean over an iteration's accesses.
BusTimes mean_bus_times(const Setup& setup) {
  BusTimes mean = bus_times(setup);
  const BusTimes gradients = bus_times(setup, ScalarKind::gradient);
  const double share =
      static_cast<double>(gradient_accesses) / static_cast<double>(accesses_of(setup));
  mean.access_s += share * (gradients.access_s - mean.access_s);
  mean.taken_s += share * (gradients.taken_s - mean.taken_s);
  return mean;
}

// All that a worker computes in an iteration.
struct Parts {
  double share_s = 0;
  double fold_s = 0;
  double sample_s = 0;
  double update_s = 0;
};

Parts parts_of(const Setup& setup, Rank rank) {
  const std::int64_t parameters = setup.mlp.parameters();
  return {.share_s = passes_s(setup, rank, setup.samples_of(rank)),
          .fold_s = setup.workers == 1
                        ? 0
                        : fold_s(setup, rank, setup.mlp.scalars(ScalarKind::gradient, parameters)),
          .sample_s = passes_s(setup, rank, 1),
          .update_s = update_s(setup, rank, parameters, svrg_rule)};
}

template <class Term>
Term computing(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term inner = T::number("inner_steps", static_cast<double>(inner_steps_of(setup)));
  const Term full =
      passes_term<Term>(setup, parts.share_s) + T::seconds("t_reduce(n)", parts.fold_s);
  return full + inner * (Term(2) * T::seconds("t_passes(1)", parts.sample_s) +
                         T::seconds("t_update(n)", parts.update_s));
}

template <class Term>
Term expression_on(const Setup& setup, const BusTimes& bus) {
  const Rank slowest = slowest_worker(
      setup, [&](Rank rank) { return computing<double>(setup, parts_of(setup, rank)); });
  const Term iterations =
      Terms<Term>::number("iterations", static_cast<double>(setup.training.iterations));
  return iterations * with_accesses(setup, bus, computing<Term>(setup, parts_of(setup, slowest)),
                                    accesses_of(setup));
}

template <class Term>
Term expression(const Setup& setup) {
  return expression_on<Term>(setup, mean_bus_times(setup));
}

}  // namespace

Formula formula(const Setup& setup) { return expression<Formula>(setup); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count parameters = setup.mlp.parameters();
  const Count iterations = Count{setup.training.iterations} * setup.workers;
  const Count updates = iterations * inner_steps_of(setup);
  // Each inner step takes the gradient of its sample twice: at u and at u0.
  count_passes(form.flops, setup.mlp, iterations * setup.batch_per_worker + 2 * updates);
  form.flops[ComputeKind::update] = updates * svrg_rule.flops * parameters;
  form.makespan = nearest_seconds(expression<double>(setup));
  const BusTimes bus = mean_bus_times(setup);
  claim_shared(setup, bus, expression_on<double>(setup, bus_for_one(bus)),
               setup.training.iterations * accesses_of(setup), form);
  form.memory = replica_memory(setup);
  form.memory.versions += form.memory.parameters + form.memory.gradients;  // u0 and mu
  form.memory.gradients *= 2;                                              // at u and at u0
  if (setup.workers == 1) return form;
  form.flops[ComputeKind::reduce] = iterations * parameters;
  form.messages = iterations * accesses_of(setup);
  form.bytes = iterations * parameters *
               (parameter_accesses(setup) * setup.mlp.precision.parameters +
                gradient_accesses * setup.mlp.precision.gradients);
  form.staleness = staleness_of_steps(setup, inner_steps_of(setup));
  return form;
}

}  // namespace lockstep::models::asysvrg_plan
