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
#include "models/algorithms/d_psgd_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models {

namespace {

using namespace d_psgd_plan;

constexpr BooleanOption overlap_option =
    OptionSpec{.name = "overlap",
               .type = OptionType::boolean,
               .summary = "exchange models while the gradient is computed, not after it",
               .fallback = true};

constexpr auto options =
    option_table(graph_option, distance_option, overlap_option, accumulation_steps_option);

}  // namespace

namespace d_psgd_plan {

bool overlaps(const Setup& setup) { return setup.options[overlap_option]; }

}  // namespace d_psgd_plan

namespace {

constexpr Tag model_tag = 0;

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const std::vector<Rank> neighbours = neighbourhood_of(setup).of(worker.rank());
  const bool overlap = overlaps(setup);
  std::vector<Message> models;
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (!overlap) co_await mini_batch_passes(worker);
    for (const Rank neighbour : neighbours) co_await worker.post(neighbour, model_tag, model);
    if (overlap) co_await mini_batch_passes(worker);
    models.clear();
    for (const Rank neighbour : neighbours)
      models.push_back(co_await worker.receive(neighbour, model_tag));
    for (const Message& theirs : models) co_await worker.reduce(theirs);
    co_await worker.copy(model, Buffer::parameters,
                         1.0 / (1.0 + static_cast<double>(neighbours.size())));
    co_await worker.update(model);
  }
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
    .closed_form = d_psgd_plan::closed_form,
    .formula = d_psgd_plan::formula,
    .loads = d_psgd_plan::loads,
    .samples_of_gradient = mini_batch_of_a_worker,
    .takes_shares = true,
};

}  // namespace lockstep::models
