// What `d_psgd` costs: time, counts and memory.
#include <span>
#include <vector>

#include "models/algorithms/d_psgd_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/network_loads.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models::d_psgd_plan {

namespace {

// Of the fastest worker, but for the last.
struct Parts {
  double degree = 0;
  double passes_s = 0;
  double fold_s = 0;
  double update_s = 0;
  double slowest_computing_s = 0;  // all that the slowest worker computes in an iteration
  NeighbourExchange exchange;
};

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  const Neighbourhood graph = neighbourhood_of(setup);
  const std::int64_t parameters = setup.mlp.parameters();
  std::vector<std::vector<Rank>> senders;
  for (Rank rank = 0; rank < (network.uniform() ? 1 : setup.workers); ++rank)
    senders.push_back(graph.of(rank));
  Parts parts;
  parts.degree = graph.degree();
  parts.exchange =
      exchange_of(setup, network, senders, parameters * setup.mlp.precision.parameters);
  const auto passes = [&](Rank rank) { return mini_batch_s(setup, rank); };
  const auto folding = [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters));
  };
  const auto update = [&](Rank rank) { return update_s(setup, rank, parameters); };
  parts.passes_s = min_over_workers(setup, passes);
  parts.fold_s = min_over_workers(setup, folding);
  parts.update_s = min_over_workers(setup, update);
  parts.slowest_computing_s = max_over_workers(
      setup, [&](Rank rank) { return passes(rank) + parts.degree * folding(rank) + update(rank); });
  return parts;
}

// Nobody starts an iteration before each of its neighbours has started the one before: two of them
// go on as one message there and one back allow.
template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term passes = passes_term<Term>(setup, parts.passes_s);
  const Term exchange = T::seconds("t_exchange(n)", parts.exchange.there_and_back_s);
  const Term round = overlaps(setup) ? max(passes, exchange) : passes + exchange;
  const Term mixing = T::number("degree", parts.degree) * T::seconds("t_reduce(n)", parts.fold_s);
  const Term iteration = round + mixing + T::seconds("t_update(n)", parts.update_s);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  // `iteration` has the minima over all workers, to stay a lower bound. A slow worker's own
  // computing is another lower bound.
  if (setup.same_devices()) return iterations * iteration;
  return iterations * max(iteration, T::seconds("t_slowest_worker", parts.slowest_computing_s));
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

void loads(const Setup& setup, NetworkLoads& loads) {
  // Where all hosts are alike, so are what their links carry.
  if (NetworkView(setup).uniform()) return;
  const Neighbourhood graph = neighbourhood_of(setup);
  const std::int64_t bytes = setup.mlp.parameters() * setup.mlp.precision.parameters;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    for (const Rank other : graph.of(rank))
      loads.add(rank, other, bytes, static_cast<double>(setup.training.iterations));
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Parts parts = parts_of(setup);
  const Count iterations = setup.training.iterations;
  const Count parameters = setup.mlp.parameters();
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.messages = iterations * setup.workers * neighbourhood_of(setup).degree();
  form.bytes = form.messages * parameters * setup.mlp.precision.parameters;
  form.flops[ComputeKind::reduce] = form.messages * parameters;
  form.flops[ComputeKind::update] =
      iterations * setup.workers * setup.step_rule().flops * parameters;
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  if (!parts.exchange.exact || !setup.same_devices()) {
    form.claim = TimeClaim::lower_bound;
    form.leaves_out = "messages that share links, and neighbours that wait for each other";
    note_rough(form,
               static_cast<double>(setup.training.iterations) *
                   (parts.slowest_computing_s + parts.exchange.most_s),
               "all may wait for the slowest worker and the fullest link");
  }
  form.memory = replica_memory(setup);
  form.memory.buffers = neighbourhood_of(setup).degree() * form.memory.parameters;
  return form;
}

}  // namespace lockstep::models::d_psgd_plan
