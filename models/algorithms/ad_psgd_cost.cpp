// What `ad_psgd` costs: time, counts and memory.
#include <algorithm>
#include <limits>
#include <vector>

#include "models/algorithms/ad_psgd_plan.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/network_loads.hpp"
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

// Of a longer run only the first draws are looked at, each some nanoseconds.
constexpr std::int64_t most_draws = std::int64_t{1} << 20;

std::int64_t known_iterations(const Setup& setup) {
  return std::min<std::int64_t>(setup.training.iterations,
                                std::max<std::int64_t>(1, most_draws / active_workers(setup)));
}

std::int64_t message_bytes(const Setup& setup) {
  return setup.mlp.parameters() * setup.mlp.precision.parameters;
}

// What one active worker does in an iteration at least, if the neighbours that it draws are free
// and fold as fast as the fastest.
struct Parts {
  double passes_s = 0;
  double message_s = 0;  // there; a mean
  double answer_s = 0;   // and back
  double fold_s = 0;
  double update_s = 0;

  [[nodiscard]] double sum_s() const { return passes_s + message_s + answer_s + fold_s + update_s; }
};

struct Average {
  double there_s = 0;
  double back_s = 0;

  [[nodiscard]] double sum_s() const { return there_s + back_s; }
};

Average average_of(const Setup& setup, NetworkView& network, Rank rank, Rank other) {
  return {network.message(rank, other, message_bytes(setup)).seconds(),
          network.message(other, rank, message_bytes(setup)).seconds()};
}

// The least of any neighbour.
Average nearest_of(const Setup& setup, NetworkView& network, const Neighbourhood& graph,
                   Rank rank) {
  Average nearest{std::numeric_limits<double>::infinity(), 0};
  for (const Rank other : graph.of(rank)) {
    const Average one = average_of(setup, network, rank, other);
    if (one.sum_s() < nearest.sum_s()) nearest = one;
    if (network.uniform()) break;
  }
  return nearest;
}

// With the neighbours that a worker draws, and with its nearest one where nobody looked. Where all
// pairs of ranks are alike, it does not matter who asks whom.
void set_messages(const Setup& setup, NetworkView& network, const Neighbourhood& graph, Rank rank,
                  Parts& parts) {
  const std::int64_t known = network.uniform() ? 0 : known_iterations(setup);
  NeighbourDraws draws(setup, graph, rank);
  Average all;
  const auto add = [&](const Average& one, std::int64_t times) {
    all.there_s += static_cast<double>(times) * one.there_s;
    all.back_s += static_cast<double>(times) * one.back_s;
  };
  for (std::int64_t iteration = 0; iteration < known; ++iteration)
    add(average_of(setup, network, rank, draws.next()), 1);
  const std::int64_t others = setup.training.iterations - known;
  if (others > 0) add(nearest_of(setup, network, graph, rank), others);
  parts.message_s = mean_s(all.there_s, setup.training.iterations);
  parts.answer_s = mean_s(all.back_s, setup.training.iterations);
}

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  const Neighbourhood graph = neighbourhood_of(setup);
  const std::int64_t parameters = setup.mlp.parameters();
  const double fastest_fold_s = min_over_workers(setup, [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters));
  });
  Parts slowest;
  const bool alike = network.uniform() && setup.cluster.devices.size() == 1;
  for (Rank rank = 0; rank < (alike ? 1 : setup.workers); ++rank) {
    if (!in_first_part(graph, rank)) continue;
    Parts mine{.passes_s = mini_batch_s(setup, rank),
               .update_s = update_s(setup, rank, parameters)};
    if (setup.workers > 1) {
      mine.fold_s = fastest_fold_s;
      set_messages(setup, network, graph, rank, mine);
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
Term expression(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
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
double most_s(const Setup& setup, const Parts& parts, int active) {
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

Formula formula(const Setup& setup) { return expression<Formula>(setup, parts_of(setup)); }

void loads(const Setup& setup, NetworkLoads& loads) {
  const Neighbourhood graph = neighbourhood_of(setup);
  if (graph.degree() == 0) return;
  const std::int64_t known = known_iterations(setup);
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    if (!in_first_part(graph, rank)) continue;
    NeighbourDraws draws(setup, graph, rank);
    for (std::int64_t iteration = 0; iteration < known; ++iteration) {
      const Rank other = draws.next();
      loads.add(rank, other, message_bytes(setup));
      loads.add(other, rank, message_bytes(setup));
    }
  }
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count steps = Count{setup.training.iterations} * setup.workers;
  const Count parameters = setup.mlp.parameters();
  count_passes(form.flops, setup.mlp, Count{setup.training.iterations} * setup.global_batch);
  form.flops[ComputeKind::update] = steps * setup.step_rule().flops * parameters;
  const Parts parts = parts_of(setup);
  form.makespan = nearest_seconds(expression<double>(setup, parts));
  form.memory = replica_memory(setup);
  if (setup.workers == 1) return form;
  const int active = active_workers(setup);
  const Count averages = Count{setup.training.iterations} * active;
  form.messages = 2 * averages;
  form.bytes = form.messages * message_bytes(setup);
  form.flops[ComputeKind::reduce] = averages * parameters;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out =
      setup.workers_fold_on_devices()
          ? "requests that wait for a neighbour's device, its other requests and links"
          : "requests that wait for a neighbour's other requests and links";
  note_rough(form, most_s(setup, parts, active), "several may ask one neighbour at once");
  // Of a passive worker: the copy that its gradient is computed at, and the models of its active
  // neighbours, which may all ask at once.
  form.memory.versions += form.memory.parameters;
  form.memory.buffers = std::int64_t{neighbourhood_of(setup).degree(1)} * form.memory.parameters;
  form.staleness = staleness_of(setup, active);
  return form;
}

}  // namespace lockstep::models::ad_psgd_plan
