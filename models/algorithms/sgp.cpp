// Stochastic gradient push: gossip over a directed graph, one message a step. Each worker holds
// numerators x and a weight w, at first 1; its model is z = x / w. After a step against the
// gradient at z it keeps half of x and of w and pushes the other half, in step t from rank i to
// rank i + 2^(t mod ceil(log2 P)); what it gets it adds:
//
//   x_i <- x_i - learning_rate g(z_i);  x_i <- (x_i + x_j) / 2;  w_i <- (w_i + w_j) / 2
//
// With `overlap_steps` the half that arrives is added that many steps later, so that it is under
// way meanwhile: only w then differs from 1. What is left at the end is added before the last
// division. Assran et al.: "Stochastic gradient push for distributed deep learning", ICML
// 2019, algorithms 1 and 2.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/sgp_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models {

namespace {

using namespace sgp_plan;

constexpr IntegerOption overlap_steps_option =
    OptionSpec{.name = "overlap_steps",
               .type = OptionType::integer,
               .summary = "after how many further steps a message must be there; 0: in the same",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};

constexpr auto options = option_table(overlap_steps_option, accumulation_steps_option);

}  // namespace

namespace sgp_plan {

void divide_by_weight(UpdateSite& site) {
  const std::span<const float> numerators = site.other(Buffer::push_sum);
  const float weight = site.whole(Buffer::push_sum).back();
  for (std::size_t i = 0; i < numerators.size(); ++i) site.parameters[i] = numerators[i] / weight;
}

std::int64_t overlap_steps(const Setup& setup) { return setup.options[overlap_steps_option]; }

std::int64_t distance_of(std::int64_t iteration, int workers) {
  std::int64_t turns = 0;
  while ((std::int64_t{1} << turns) < workers) ++turns;
  return turns == 0 ? 0 : std::int64_t{1} << (iteration % turns);
}

Rank rank_at(Rank rank, std::int64_t distance, int workers) {
  return static_cast<Rank>(((rank + distance) % workers + workers) % workers);
}

}  // namespace sgp_plan

namespace {

constexpr Tag push_tag = 0;

// Receives what was pushed to the worker in step `iteration`, and adds it.
Program add_push(Worker& worker, std::int64_t iteration) {
  const Setup& setup = worker.setup();
  const std::int64_t distance = distance_of(iteration, setup.workers);
  const Message half =
      co_await worker.receive(rank_at(worker.rank(), -distance, setup.workers), push_tag);
  co_await worker.reduce(half);
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t iterations = setup.training.iterations;
  const std::int64_t lag = overlap_steps(setup);
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const Payload numerators{Buffer::push_sum, 0, model.count};
  const Payload with_weight{Buffer::push_sum, 0, model.count + 1};
  for (std::int64_t iteration = 0; iteration < iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await mini_batch_passes(worker);
    co_await worker.update(setup.workers == 1 ? model : numerators);
    if (setup.workers == 1) continue;
    co_await worker.copy(with_weight, Buffer::push_sum, 0.5);
    const std::int64_t distance = distance_of(iteration, setup.workers);
    co_await worker.post(rank_at(worker.rank(), distance, setup.workers), push_tag, with_weight);
    if (iteration >= lag) co_await add_push(worker, iteration - lag);
    co_await worker.update(model, 0, debias_rule);
  }
  if (setup.workers == 1 || lag == 0) co_return;
  for (std::int64_t late = std::max<std::int64_t>(0, iterations - lag); late < iterations; ++late)
    co_await add_push(worker, late);
  co_await worker.update(model, 0, debias_rule);
}

}  // namespace

const RegisteredAlgorithm sgp = Algorithm{
    .kind = "sgp",
    .title = "Stochastic gradient push",
    .summary =
        "Each worker pushes half of its model, and half of a weight, to one other worker a step, "
        "at distances 1, 2, 4, ... in turn. Model over weight is unbiased however messages go, so "
        "nobody needs an answer: one message a step for any number of workers.",
    .approximation =
        "models differ: after log2 P steps, rounded up, each worker has something of all; with "
        "overlap_steps it is added late; gradients are not stale",
    .when_to_use = "When an allreduce is slow and workers can be reached one way, or drop in late.",
    .source = "Assran et al., ICML 2019, arXiv:1811.10792, algorithms 1 and 2",
    .family = Family::data_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = nullptr,
    .program = program,
    .closed_form = sgp_plan::closed_form,
    .formula = sgp_plan::formula,
    .loads = sgp_plan::loads,
    .samples_of_gradient = mini_batch_of_a_worker,
    .takes_shares = true,
};

}  // namespace lockstep::models
