// Asynchronous decentralised parallel SGD: nobody waits for slow workers, and there is no server. A
// worker computes a gradient, averages its model with that of one neighbour drawn at random, and
// takes its step from the average:
//
//   x_i, x_j <- (x_i + x_j) / 2;  x_i <- x_i - learning_rate g_i
//
// So that no two workers wait for each other in a circle, half of them are active and start all
// averages; the other half is passive and answers beside its own steps, in order of arrival. Both
// halves are those of a bipartite graph. The active worker sends its model, the passive one
// averages in place and sends the average back: in one piece, as the paper demands. A passive model
// may be averaged while its gradient is computed; that is the gradient's staleness. Lian et al.:
// "Asynchronous decentralized parallel stochastic gradient descent", ICML 2018, algorithm 1.
#include <algorithm>
#include <vector>

#include "models/algorithms/ad_psgd_plan.hpp"
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/draws.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models {

namespace {

using namespace ad_psgd_plan;

constexpr auto options = option_table(bipartite_graph_option, accumulation_steps_option);

constexpr Tag request_tag = 0;

constexpr Tag answer_tag = 1;

Program compute_gradient(Worker& worker) {
  co_await worker.begin_iteration();
  co_await mini_batch_passes(worker);
}

// At the model as it is now, which may change before the gradient is there.
Program compute_gradient_at_copy(Worker& worker) {
  const Setup& setup = worker.setup();
  co_await worker.begin_iteration();
  co_await worker.copy(parameters_of(setup.mlp, all_layers(setup.mlp)),
                       Buffer::predicted_parameters);
  co_await mini_batch_passes(worker, {.buffer = Buffer::predicted_parameters});
}

Program act(Worker& worker, const Neighbourhood& graph) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  NeighbourDraws draws(setup, graph, worker.rank());
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await compute_gradient(worker);
    if (setup.workers > 1) {
      const Rank neighbour = draws.next();
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

Program answer_beside_steps(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  std::int64_t averages = 0;
  const auto& requests = worker.common(requests_by_worker);
  Program answers = answer(worker, requests[static_cast<std::size_t>(worker.rank())], &averages);
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
  if (in_first_part(graph, worker.rank()))
    co_await act(worker, graph);
  else
    co_await answer_beside_steps(worker);
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
    .check = check_bipartite,
    .program = program,
    .closed_form = ad_psgd_plan::closed_form,
    .formula = ad_psgd_plan::formula,
    .loads = ad_psgd_plan::loads,
    .asynchronous = true,
    .samples_of_gradient = mini_batch_of_a_worker,
    .takes_shares = true,
};

}  // namespace lockstep::models
