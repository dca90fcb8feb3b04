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
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/replicas/neighbours.hpp"

namespace lockstep::models {

namespace {

// z = x / w: reads x, writes z.
void divide_by_weight(UpdateSite& site) {
  const std::span<const float> numerators = site.other(Buffer::push_sum);
  const float weight = site.whole(Buffer::push_sum).back();
  for (std::size_t i = 0; i < numerators.size(); ++i) site.parameters[i] = numerators[i] / weight;
}
constexpr UpdateRule debias_rule = {.name = "debias",
                                    .flops = 1,
                                    .scalars_touched = 2,
                                    .gradients_read = 0,
                                    .step = divide_by_weight};

constexpr std::array options = {
    OptionSpec{.name = "overlap_steps",
               .type = OptionType::integer,
               .summary = "after how many further steps a message must be there; 0: in the same",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6},
};
constexpr Tag push_tag = 0;

// How far step `iteration` pushes: 1, 2, 4, ... below P, and again.
std::int64_t distance_of(std::int64_t iteration, int workers) {
  std::int64_t turns = 0;
  while ((std::int64_t{1} << turns) < workers) ++turns;
  return turns == 0 ? 0 : std::int64_t{1} << (iteration % turns);
}
Rank rank_at(Rank rank, std::int64_t distance, int workers) {
  return static_cast<Rank>(((rank + distance) % workers + workers) % workers);
}

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
  const LayerRange layers = all_layers(setup.mlp);
  const std::int64_t iterations = setup.training.iterations;
  const std::int64_t lag = setup.options.integer("overlap_steps");
  const Payload model = parameters_of(setup.mlp, layers);
  const Payload numerators{Buffer::push_sum, 0, model.count};
  const Payload with_weight{Buffer::push_sum, 0, model.count + 1};
  for (std::int64_t iteration = 0; iteration < iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    co_await backward_pass(worker, layers, setup.batch_per_worker);
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

NeighbourExchange exchange_at(const Setup& setup, NetworkView& network, std::int64_t iteration) {
  std::vector<std::vector<Rank>> senders;
  for (Rank rank = 0; rank < (network.uniform() ? 1 : setup.workers); ++rank)
    senders.push_back({rank_at(rank, -distance_of(iteration, setup.workers), setup.workers)});
  return exchange_of(setup, network, senders,
                     (setup.mlp.parameters() + 1) * setup.mlp.precision.parameters);
}

// With overlap it is exact where every message is there before the next is posted.
void set_messages(const Setup& setup, Parts& parts) {
  NetworkView network(setup);
  const std::int64_t iterations = setup.training.iterations;
  const std::int64_t lag = setup.options.integer("overlap_steps");
  const auto each = static_cast<double>(iterations);
  std::vector<NeighbourExchange> rounds;
  for (std::int64_t turn = 0; turn < iterations; ++turn) {
    if (turn > 0 && distance_of(turn, setup.workers) == 1) break;
    rounds.push_back(exchange_at(setup, network, turn));
  }
  const auto turns = static_cast<std::int64_t>(rounds.size());
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    const NeighbourExchange& round = rounds[static_cast<std::size_t>(turn)];
    const std::int64_t times = (iterations - turn - 1) / turns + 1;
    parts.message_s += static_cast<double>(times) * round.least_s / each;
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
  const auto passes = [&](Rank rank) { return passes_s(setup, rank, setup.batch_per_worker); };
  const auto update = [&](Rank rank) { return update_s(setup, rank, parameters); };
  const auto folding = [&](Rank rank) {
    return fold_s(setup, rank, setup.mlp.scalars(ScalarKind::parameter, parameters + 1));
  };
  const auto debias = [&](Rank rank) { return update_s(setup, rank, parameters, debias_rule); };
  Parts parts;
  parts.passes_s = least_over_workers(setup, passes);
  parts.update_s = least_over_workers(setup, update);
  if (setup.workers == 1) return parts;
  parts.fold_s = least_over_workers(setup, folding);
  parts.debias_s = least_over_workers(setup, debias);
  parts.slowest_computing_s = most_over_workers(
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
  const bool overlaps = setup.options.integer("overlap_steps") > 0;
  const Term whole =
      overlaps ? iterations * (step + adding) + T::seconds("t_wait_for_last", parts.wait_s) +
                     T::seconds("t_debias(n)", parts.debias_s)
               : iterations * (step + T::seconds("t_message(n+1)", parts.message_s) + adding);
  if (setup.same_devices()) return whole;
  return max(whole, iterations * T::seconds("t_slowest_worker", parts.slowest_computing_s));
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Parts parts = parts_of(setup);
  const Count parameters = setup.mlp.parameters();
  const Count steps = Count{setup.training.iterations} * setup.workers;
  count_passes(form.flops, setup.mlp, steps * setup.batch_per_worker);
  form.flops[ComputeKind::update] = steps * setup.step_rule().flops * parameters;
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  form.memory = replica_memory(setup);
  if (setup.workers == 1) return form;
  form.messages = steps;
  form.bytes = steps * (parameters + 1) * setup.mlp.precision.parameters;
  form.flops[ComputeKind::reduce] = steps * (parameters + 1);
  const bool once_more = setup.options.integer("overlap_steps") > 0;
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
  const Count halves = 1 + Count{setup.options.integer("overlap_steps")};
  form.memory.versions += parameters * setup.mlp.precision.parameters;
  form.memory.buffers = halves * (parameters + 1) * setup.mlp.precision.parameters;
  return form;
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
    .closed_form = closed_form,
    .formula = formula,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
