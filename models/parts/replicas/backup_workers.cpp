#include "models/parts/replicas/backup_workers.hpp"

#include <fmt/format.h>

#include "models/cost/passes.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/server_shards.hpp"
#include "models/parts/collectives/through_servers.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/parts/replicas/buckets.hpp"
#include "models/parts/replicas/double_buffering.hpp"

namespace lockstep::models {

namespace {

constexpr Tag push_tag = 0;
constexpr Tag sums_tag = 1;

std::int64_t backup_workers(const Setup& setup) { return setup.options[backup_workers_option]; }

}  // namespace

std::string idle_backup_workers(const Setup& setup) {
  const bool random = setup.cluster.slowdown && setup.cluster.slowdown->random();
  if (random || !setup.same_devices()) return {};
  return "on the time of computation with workers that are all equally fast: none is late";
}

bool has_backup_workers(const Setup& setup) { return backup_workers(setup) > 0; }

std::int64_t samples_in_time(const Setup& setup) {
  return setup.global_batch - backup_workers(setup) * setup.batch_per_worker;
}

Program backup_train(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload gradients = gradients_of(setup.mlp, layers);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    // Nothing of them is begun, or ended, once a sum is there.
    co_await forward_pass(worker, layers, setup.batch_per_worker, 0, sums_tag);
    co_await backward_pass(worker, layers, setup.batch_per_worker, 0, sums_tag);
    const bool late = co_await worker.probe(sums_tag);
    for (int turn = 0; turn < worker.servers() && !late; ++turn) {
      const int server = server_in_turn(worker, turn);
      co_await worker.post(worker.workers() + server, push_tag,
                           shard_of(gradients, worker.servers(), server), iteration);
    }
    for (int turn = 0; turn < worker.servers(); ++turn) {
      const Message sum = co_await worker.receive_any(sums_tag);
      co_await worker.store(sum);
    }
    co_await worker.update(parameters_of(setup.mlp, layers));
  }
}

Program backup_serve(Worker& server) {
  const Setup& setup = server.setup();
  const int index = server.rank() - setup.workers;
  const std::int64_t awaited = setup.workers - backup_workers(setup);
  const Payload mine =
      shard_of(gradients_of(setup.mlp, all_layers(setup.mlp)), setup.servers, index);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    for (std::int64_t arrived = 0; arrived < awaited;) {
      const Message push = co_await server.receive_any(push_tag);
      if (push.version != iteration) continue;  // too late
      if (arrived++ == 0)
        co_await server.store(push);
      else
        co_await server.reduce(push);
    }
    for (int turn = 0; turn < setup.workers; ++turn)
      co_await server.post((index + turn) % setup.workers, sums_tag, mine);
  }
}

namespace {

// All workers end at once whatever happens, so that nobody is ever cut short.
bool nobody_is_late(const Setup& setup, const NetworkView& network) {
  const bool random = setup.cluster.slowdown && setup.cluster.slowdown->random();
  return network.uniform() && setup.cluster.sharing != Sharing::single_port && !random &&
         setup.same_devices() && setup.placement == Placement::dedicated;
}

// From the push of a gradient to the sum's arrival, where all workers push at once.
ClaimedTime time_of_sum(const Setup& setup, NetworkView& network) {
  const Scalars gradients = setup.mlp.scalars(ScalarKind::gradient, setup.mlp.parameters());
  const Work one_fold = fold(gradients.part(block_count(gradients.count, setup.servers, 0)));
  ClaimedTime sum = through_servers::duration(setup, network, all_workers(setup), gradients);
  // As many folds fewer as workers may be late.
  sum.seconds -= static_cast<double>(backup_workers(setup)) * setup.slowest_server_s(one_fold);
  if (!nobody_is_late(setup, network))
    sum.weaken(TimeClaim::estimate, "which of the workers are late");
  return sum;
}

template <class Term>
Term expression_of(const Setup& setup, double sum_s) {
  using T = Terms<Term>;
  const int awaited = setup.workers - static_cast<int>(backup_workers(setup));
  const double passes_s = waiting_factor(setup, awaited) * slowest_passes_s(setup);
  const Work update = step_work(setup, setup.mlp.parameters());
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (passes_term<Term>(setup, passes_s) + T::seconds("t_first(n)", sum_s) +
          T::seconds("t_update(n)", setup.slowest_worker_s(update)));
}

}  // namespace

Formula backup_formula(const Setup& setup) {
  NetworkView network(setup);
  return expression_of<Formula>(setup, time_of_sum(setup, network).seconds);
}

ClosedForm backup_closed_form(const Setup& setup) {
  ClosedForm form;
  NetworkView network(setup);
  const std::int64_t parameters = setup.mlp.parameters();
  const Count iterations = setup.training.iterations;
  form.counts_exact = nobody_is_late(setup, network);
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] = iterations * setup.workers * step_work(setup, parameters).flops;
  const CollectiveCounts sum = through_servers::counts(
      setup, all_workers(setup), setup.mlp.scalars(ScalarKind::gradient, parameters));
  form.flops[ComputeKind::reduce] =
      iterations * (sum.reduce_flops - Count{backup_workers(setup)} * parameters);
  form.bytes = iterations * sum.bytes;
  form.messages = iterations * sum.messages;
  const ClaimedTime claim = time_of_sum(setup, network);
  form.makespan = nearest_seconds(expression_of<double>(setup, claim.seconds));
  form.claim = claim.claim;
  form.leaves_out = claim.leaves_out;
  form.memory = replica_memory(setup);
  form.server_memory = allreduce_server_memory(setup, ScalarKind::gradient);
  return form;
}

void check_backup_workers(const Setup& setup, Faults& faults) {
  if (backup_workers(setup) >= setup.workers)
    faults.push_back({setup.pointer + "/backup_workers",
                      fmt::format("must be less than the {} workers, found {}", setup.workers,
                                  backup_workers(setup))});
  if (setup.options[overlap_option])
    faults.push_back({setup.pointer + "/overlap",
                      "must be false with backup workers: a gradient is pushed when it is whole"});
  if (!compression_of(setup.options).none())
    faults.push_back({setup.pointer + "/compression",
                      fmt::format("must be \"none\" with backup workers, whose servers sum dense "
                                  "gradients, found \"{}\"",
                                  setup.options[compression_option])});
  if (setup.options[double_buffering_option])
    faults.push_back({setup.pointer + "/double_buffering",
                      "must be false with backup workers: the next half would not know which of "
                      "them were late, found true"});
}

}  // namespace lockstep::models
