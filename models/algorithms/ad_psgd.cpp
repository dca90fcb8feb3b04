// Asynchronous decentralised parallel SGD: nobody waits for slow workers, and there is no server. A
// worker computes a gradient, averages its model with that of one neighbour drawn at random, and
// takes its step from the average:
//
//   x_i, x_j <- (x_i + x_j) / 2;  x_i <- x_i - learning_rate g_i
//
// So that no two workers wait for each other in a circle, half of them are active and start all
// averages; the other half is passive and answers beside its own steps, in order of arrival. Both
// halves are the sorts of a bipartite graph. The active worker sends its model, the passive one
// averages in place and sends the average back: in one piece, as the paper demands. A passive model
// may be averaged while its gradient is computed; that is the gradient's staleness. Lian et al.:
// "Asynchronous decentralized parallel stochastic gradient descent", ICML 2018, algorithm 1.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/neighbours.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

constexpr std::array<std::string_view, 4> graphs = {"bipartite", "ring", "hypercube", "torus"};
constexpr std::array options = {
    OptionSpec{.name = "graph",
               .type = OptionType::choice,
               .summary =
                   "who is whose neighbour: even and odd ranks, a ring, ranks that differ in "
                   "one bit, or a torus of two dimensions",
               .fallback = std::string_view{"bipartite"},
               .choices = graphs},
};
constexpr Tag request_tag = 0;
constexpr Tag answer_tag = 1;

// Which neighbour an active worker turns to in each step. All know the seed, and so a passive
// worker knows how many requests to expect.
class Choices {
 public:
  Choices(const Setup& setup, const Neighbourhood& graph, Rank active)
      : neighbours_(graph.of(active)),
        stream_(setup.training.seed, stream_of_choices + static_cast<std::uint64_t>(active)) {}

  [[nodiscard]] Rank next() { return neighbours_[stream_.below(neighbours_.size())]; }

 private:
  // Apart from the streams of random slowdowns.
  static constexpr std::uint64_t stream_of_choices = std::uint64_t{1} << 32;

  std::vector<Rank> neighbours_;
  sim::RandomStream stream_;
};

std::int64_t requests_to(const Setup& setup, const Neighbourhood& graph, Rank passive) {
  std::int64_t requests = 0;
  for (const Rank active : graph.of(passive)) {
    Choices choices(setup, graph, active);
    for (std::int64_t step = 0; step < setup.training.iterations; ++step)
      if (choices.next() == passive) ++requests;
  }
  return requests;
}

Program compute_gradient(Worker& worker) {
  const Setup& setup = worker.setup();
  co_await worker.begin_iteration();
  co_await passes(worker, {.samples = setup.batch_per_worker});
}

// At the model as it is now, which may change before the gradient is there.
Program compute_gradient_at_copy(Worker& worker) {
  const Setup& setup = worker.setup();
  co_await worker.begin_iteration();
  co_await worker.copy(parameters_of(setup.mlp, all_layers(setup.mlp)),
                       Buffer::predicted_parameters);
  co_await passes(worker,
                  {.samples = setup.batch_per_worker, .weights = Buffer::predicted_parameters});
}

Program act(Worker& worker, const Neighbourhood& graph) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  Choices choices(setup, graph, worker.rank());
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await compute_gradient(worker);
    if (setup.workers > 1) {
      const Rank neighbour = choices.next();
      co_await worker.post(neighbour, request_tag, model);
      const Message average = co_await worker.receive(neighbour, answer_tag);
      co_await worker.store(average);
    }
    co_await worker.update(model);
  }
}

Program answer(Worker& worker, std::int64_t requests, std::int64_t* averages) {
  const Payload model = parameters_of(worker.setup().mlp, all_layers(worker.setup().mlp));
  for (; *averages < requests; ++*averages) {
    const Message theirs = co_await worker.receive_any(request_tag);
    co_await worker.reduce(theirs);
    co_await worker.copy(model, Buffer::parameters, 0.5);
    co_await worker.post(theirs.source, answer_tag, model);
  }
}

Program answer_beside_steps(Worker& worker, const Neighbourhood& graph) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  std::int64_t averages = 0;
  Program answers = answer(worker, requests_to(setup, graph, worker.rank()), &averages);
  const std::uint32_t strand = co_await worker.fork(answers);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    const std::int64_t before = averages;
    co_await compute_gradient_at_copy(worker);
    co_await worker.update(model, averages - before);
  }
  co_await worker.join(strand);
}

Program program(Worker& worker) {
  const Neighbourhood graph = neighbourhood_of(worker.setup());
  if (of_first_sort(graph, worker.rank()))
    co_await act(worker, graph);
  else
    co_await answer_beside_steps(worker, graph);
}

int active_workers(const Setup& setup) {
  const Neighbourhood graph = neighbourhood_of(setup);
  int active = 0;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    if (of_first_sort(graph, rank)) ++active;
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
  const double fastest_fold_s = least_over_workers(setup, [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters));
  });
  Parts slowest;
  const bool alike = network.uniform() && setup.cluster.devices.size() == 1;
  for (Rank rank = 0; rank < (alike ? 1 : setup.workers); ++rank) {
    if (!of_first_sort(graph, rank)) continue;
    Parts mine{.passes_s = passes_s(setup, rank, setup.batch_per_worker),
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
  return most_over_workers(setup, [&](Rank rank) {
    return passes_s(setup, rank, setup.batch_per_worker) +
           update_s(setup, rank, setup.mlp.parameters());
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
  const auto askers = static_cast<std::int64_t>(neighbourhood_of(setup).of(1).size());
  return {active / setup.workers, askers * setup.training.iterations, false};
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count steps = Count{setup.training.iterations} * setup.workers;
  const Count parameters = setup.mlp.parameters();
  count_passes(form.flops, setup.mlp, steps * setup.batch_per_worker);
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
  form.memory.buffers =
      static_cast<std::int64_t>(neighbourhood_of(setup).of(1).size()) * form.memory.parameters;
  form.staleness = staleness_of(setup, active);
  return form;
}

}  // namespace

const RegisteredAlgorithm ad_psgd = Algorithm{
    .kind = "ad_psgd",
    .title = "Asynchronous decentralised SGD",
    .summary =
        "Each worker has a model of its own and averages it with that of one neighbour at a time, "
        "drawn at random. Nobody waits for slow workers, and no server or link has to take "
        "everybody's messages.",
    .approximation =
        "models differ, and a passive worker's gradient is as stale as its model was averaged "
        "while it was computed: about once, with equal workers",
    .when_to_use = "When workers are unequal or unreliable and a server would be a bottleneck.",
    .source = "Lian et al., ICML 2018, arXiv:1710.06952, algorithm 1",
    .family = Family::data_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = check_two_sorts,
    .program = program,
    .closed_form = closed_form,
    .formula = expression<Formula>,
    .asynchronous = true,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
