// Decentralised parallel SGD: workers have neighbours instead of a server. Worker i mixes its model
// with those of its neighbours and takes a step against its own gradient,
//
//   x_i <- sum_j W_ij x_j - learning_rate g_i,  W_ij = 1 / (degree + 1) for itself and neighbours
//
// where the x on the right and g_i are those from before. With `overlap` models are under way while
// the gradient is computed, else after it: the numbers are the same. Lian et al.: "Can
// decentralized algorithms outperform centralized algorithms?", NIPS 2017, algorithm 1.
#include <span>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models {

namespace {

std::string idle_distance(const Setup& setup) {
  return setup.options.unless_chosen("graph", "ring");
}

constexpr std::array options = {
    OptionSpec{.name = "graph",
               .type = OptionType::choice,
               .summary = "who is whose neighbour: a ring, everybody, at distances 1, 2, 4, ... "
                          "both ways, ranks that differ in one bit, or a torus of two dimensions",
               .fallback = std::string_view{"ring"},
               .choices = std::span(neighbour_graphs).first(5)},
    OptionSpec{.name = "distance",
               .type = OptionType::integer,
               .summary = "ring: how many ranks away the two neighbours are",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6,
               .idle = idle_distance},
    OptionSpec{.name = "overlap",
               .type = OptionType::boolean,
               .summary = "exchange models while the gradient is computed, not after it",
               .fallback = true},
};
constexpr Tag model_tag = 0;

Program passes(Worker& worker) {
  const Setup& setup = worker.setup();
  co_await forward_pass(worker, all_layers(setup.mlp), setup.batch_per_worker);
  co_await backward_pass(worker, all_layers(setup.mlp), setup.batch_per_worker);
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const std::vector<Rank> neighbours = neighbourhood_of(setup).of(worker.rank());
  const bool overlap = setup.options.boolean("overlap");
  std::vector<Message> models;
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (!overlap) co_await passes(worker);
    for (const Rank neighbour : neighbours) co_await worker.post(neighbour, model_tag, model);
    if (overlap) co_await passes(worker);
    models.clear();
    for (const Rank neighbour : neighbours)
      models.push_back(co_await worker.receive(neighbour, model_tag));
    for (const Message& theirs : models) co_await worker.reduce(theirs);
    co_await worker.copy(model, Buffer::parameters,
                         1.0 / (1.0 + static_cast<double>(neighbours.size())));
    co_await worker.update(model);
  }
}

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
  const auto passes = [&](Rank rank) { return passes_s(setup, rank, setup.batch_per_worker); };
  const auto folding = [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters));
  };
  const auto update = [&](Rank rank) { return update_s(setup, rank, parameters); };
  parts.passes_s = least_over_workers(setup, passes);
  parts.fold_s = least_over_workers(setup, folding);
  parts.update_s = least_over_workers(setup, update);
  parts.slowest_computing_s = most_over_workers(
      setup, [&](Rank rank) { return passes(rank) + parts.degree * folding(rank) + update(rank); });
  return parts;
}

// Nobody starts an iteration before each of its neighbours has started the one before.
template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term passes = passes_term<Term>(setup, parts.passes_s);
  const Term exchange = T::seconds("t_exchange(n)", parts.exchange.least_s);
  const Term round = setup.options.boolean("overlap") ? max(passes, exchange) : passes + exchange;
  const Term mixing = T::number("degree", parts.degree) * T::seconds("t_reduce(n)", parts.fold_s);
  const Term iteration = round + mixing + T::seconds("t_update(n)", parts.update_s);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  if (setup.same_devices()) return iterations * iteration;
  return iterations * max(iteration, T::seconds("t_slowest_worker", parts.slowest_computing_s));
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

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

}  // namespace

const RegisteredAlgorithm d_psgd = Algorithm{
    .kind = "d_psgd",
    .title = "Decentralised parallel SGD",
    .summary =
        "Each worker has a model of its own, which it averages with those of its neighbours before "
        "every step. No server and no sum over all: what a worker sends depends on its neighbours, "
        "not on how many workers there are.",
    .approximation =
        "models differ: they agree the sooner the larger the graph's spectral gap is, which is 1 "
        "where all are neighbours, but about 13 / P^2 in a ring; gradients are not stale",
    .when_to_use = "When links to neighbours are good and an allreduce is slow or far.",
    .source = "Lian et al., NIPS 2017, arXiv:1705.09056, algorithm 1",
    .family = Family::data_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = check_neighbours,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
