// What `sgp` costs: time, counts and memory.
#include <algorithm>
#include <vector>

#include "models/algorithms/sgp_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/network_loads.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models::sgp_plan {

namespace {

struct Parts {
  double passes_s = 0;  // these five of the fastest worker
  double update_s = 0;
  double fold_s = 0;
  double debias_s = 0;
  double message_s = 0;  // the mean over the run's messages; with overlap the last
  double wait_s = 0;     // with overlap: for the last message
  double slowest_computing_s = 0;
  double slowest_message_s = 0;  // with all others on its way
  bool exact = true;
};

// Steps whose messages go to different ranks, before it begins again.
std::int64_t different_turns(const Setup& setup) {
  std::int64_t turn = 1;
  while (turn < setup.training.iterations && distance_of(turn, setup.workers) != 1) ++turn;
  return turn;
}

// How many steps of the run are like that one.
std::int64_t times_of_turn(const Setup& setup, std::int64_t turn, std::int64_t turns) {
  return (setup.training.iterations - turn - 1) / turns + 1;
}

std::int64_t message_bytes(const Setup& setup) {
  // A message carries the weight w beside the n numerators.
  return (setup.mlp.parameters() + 1) * setup.mlp.precision.parameters;
}

NeighbourExchange exchange_at(const Setup& setup, NetworkView& network, std::int64_t iteration) {
  std::vector<std::vector<Rank>> senders;
  for (Rank rank = 0; rank < (network.uniform() ? 1 : setup.workers); ++rank)
    senders.push_back({rank_at(rank, -distance_of(iteration, setup.workers), setup.workers)});
  return exchange_of(setup, network, senders, message_bytes(setup));
}

// A model goes on from one worker to the next, from any worker on: the longest of these ways takes
// no less than their mean. With overlap it is exact where every message is there before the next is
// posted.
void set_messages(const Setup& setup, Parts& parts) {
  NetworkView network(setup);
  const std::int64_t iterations = setup.training.iterations;
  const std::int64_t lag = overlap_steps(setup);
  const auto each = static_cast<double>(iterations);
  std::vector<NeighbourExchange> rounds;
  const std::int64_t turns = different_turns(setup);
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    const NeighbourExchange& round = rounds.emplace_back(exchange_at(setup, network, turn));
    const std::int64_t times = times_of_turn(setup, turn, turns);
    parts.message_s += static_cast<double>(times) * round.mean_s / each;
    parts.slowest_message_s = std::max(parts.slowest_message_s, round.most_s);
    parts.exact = parts.exact && round.exact &&
                  (lag == 0 || round.least_s <= parts.passes_s + parts.update_s);
  }
  if (lag == 0) return;
  parts.message_s = rounds[static_cast<std::size_t>((iterations - 1) % turns)].least_s;
  const std::int64_t others_left = std::min(lag + 1, iterations) - 1;
  parts.wait_s =
      max(0, parts.message_s - static_cast<double>(others_left) * parts.fold_s - parts.debias_s);
}

Parts parts_of(const Setup& setup) {
  const std::int64_t parameters = setup.mlp.parameters();
  const auto passes = [&](Rank rank) { return mini_batch_s(setup, rank); };
  const auto update = [&](Rank rank) { return update_s(setup, rank, parameters); };
  const auto folding = [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters + 1));
  };
  const auto debias = [&](Rank rank) { return update_s(setup, rank, parameters, debias_rule); };
  Parts parts;
  parts.passes_s = min_over_workers(setup, passes);
  parts.update_s = min_over_workers(setup, update);
  if (setup.workers == 1) return parts;
  parts.fold_s = min_over_workers(setup, folding);
  parts.debias_s = min_over_workers(setup, debias);
  parts.slowest_computing_s = max_over_workers(
      setup, [&](Rank rank) { return passes(rank) + update(rank) + folding(rank) + debias(rank); });
  set_messages(setup, parts);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const Term step =
      passes_term<Term>(setup, parts.passes_s) + T::seconds("t_update(n)", parts.update_s);
  if (setup.workers == 1) return iterations * step;
  const Term adding =
      T::seconds("t_reduce(n+1)", parts.fold_s) + T::seconds("t_debias(n)", parts.debias_s);
  const bool overlaps = overlap_steps(setup) > 0;
  const Term whole =
      overlaps ? iterations * (step + adding) + T::seconds("t_wait_for_last", parts.wait_s) +
                     T::seconds("t_debias(n)", parts.debias_s)
               : iterations * (step + T::seconds("t_message(n+1)", parts.message_s) + adding);
  // `whole` has the minima over all workers, to stay a lower bound. A slow worker's own computing
  // is another lower bound.
  if (setup.same_devices()) return whole;
  return max(whole, iterations * T::seconds("t_slowest_worker", parts.slowest_computing_s));
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

void loads(const Setup& setup, NetworkLoads& loads) {
  // Where all hosts are alike, so are what their links carry.
  if (NetworkView(setup).uniform()) return;
  const std::int64_t turns = different_turns(setup);
  for (std::int64_t turn = 0; turn < turns; ++turn)
    for (Rank rank = 0; rank < setup.workers; ++rank)
      loads.add(rank, rank_at(rank, distance_of(turn, setup.workers), setup.workers),
                message_bytes(setup), static_cast<double>(times_of_turn(setup, turn, turns)));
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Parts parts = parts_of(setup);
  const Count parameters = setup.mlp.parameters();
  const Count steps = Count{setup.training.iterations} * setup.workers;
  count_passes(form.flops, setup.mlp, Count{setup.training.iterations} * setup.global_batch);
  form.flops[ComputeKind::update] = steps * setup.step_rule().flops * parameters;
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  form.memory = replica_memory(setup);
  if (setup.workers == 1) return form;
  form.messages = steps;
  form.bytes = steps * message_bytes(setup);
  form.flops[ComputeKind::reduce] = steps * (parameters + 1);
  const bool once_more = overlap_steps(setup) > 0;
  const Count divisions = steps + (once_more ? setup.workers : 0);
  form.flops[ComputeKind::update] += divisions * debias_rule.flops * parameters;
  if (!parts.exact || !setup.same_devices()) {
    form.claim = TimeClaim::lower_bound;
    form.leaves_out = "messages that are late or share links, and workers that wait for them";
    note_rough(form,
               static_cast<double>(setup.training.iterations) *
                   (parts.slowest_computing_s + parts.slowest_message_s),
               "all may wait for the slowest worker and the fullest link");
  }
  // The numerators beside z; the halves that are under way to the worker.
  const Count halves = 1 + Count{overlap_steps(setup)};
  form.memory.versions += parameters * setup.mlp.precision.parameters;
  form.memory.buffers = halves * (parameters + 1) * setup.mlp.precision.parameters;
  return form;
}

}  // namespace lockstep::models::sgp_plan
