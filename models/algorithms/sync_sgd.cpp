// Synchronous data-parallel SGD: every worker has the whole model and a share of the mini-batch;
// gradients are summed by an allreduce before each update.
//
// With `overlap`, layers are gathered into buckets from the last layer on, and each bucket's
// allreduce starts as soon as its gradients are there, one after another, while the backward pass
// goes on (Li et al.: "PyTorch Distributed", VLDB 2020). With `backup_workers` the last to be done
// are not waited for. Chen et al., arXiv:1604.00981, sections 2 and 3.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/sync_sgd_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/replicas/backup_workers.hpp"
#include "models/parts/replicas/buckets.hpp"
#include "models/parts/replicas/double_buffering.hpp"

namespace lockstep::models {

namespace {

using namespace sync_sgd_plan;

// What sums gradients in place of the allreduce.
std::string idle_gradient_allreduce(const Setup& setup) {
  const Encoding encoding = compression_of(setup.options).encoding;
  const bool summable = encoding == Encoding::dense || encoding == Encoding::low_rank;
  if (setup.workers > 1 && has_backup_workers(setup))
    return "with backup_workers, where servers sum";
  if (setup.workers > 1 && !summable)
    return fmt::format("with compression \"{}\", which is summed in a way of its own",
                       setup.options[compression_option]);
  return idle_allreduce(setup);
}

constexpr auto options =
    option_table(with_idle(allreduce_or_mpi_option, idle_gradient_allreduce), ranks_per_node_option,
                 levels_option, rings_option, tree_chunks_option, overlap_option,
                 bucket_bytes_option, backup_workers_option, compression_options,
                 double_buffering_option, accumulation_steps_option, allreduce_server_options);

// Which gradients are late only servers can tell: with backup workers they sum, whatever the
// allreduce.
int servers(const Options& chosen) {
  return chosen[backup_workers_option] > 0 ? static_cast<int>(chosen[servers_option])
                                           : gradient_sum_servers(chosen);
}

Program serve(Worker& server) {
  const Setup& setup = server.setup();
  const std::vector<LayerRange> buckets = buckets_of(setup);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    Tag tag = 0;
    for (const LayerRange& bucket : buckets)
      co_await serve_gradient_sum(server, gradients_of(setup.mlp, bucket), tag++);
  }
}

Program train(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const std::vector<LayerRange> buckets = buckets_of(setup);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (setup.options[overlap_option]) {
      co_await passes_but_last(worker);
      co_await last_passes_with_sums(worker, buckets);
    } else {
      co_await mini_batch_passes(worker);
      co_await sum_gradients(worker, gradients_of(setup.mlp, layers), 0);
    }
    co_await worker.update(parameters_of(setup.mlp, layers));
  }
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  if (has_backup_workers(setup))
    return worker.is_server() ? backup_serve(worker) : backup_train(worker);
  if (double_buffered(setup))
    return worker.is_server() ? serve_double_buffered(worker) : train_double_buffered(worker);
  return worker.is_server() ? serve(worker) : train(worker);
}

std::string words_of(const Setup& setup) {
  if (has_backup_workers(setup))
    return "each step leaves out the samples of the workers that are late: the slow are seldom "
           "seen";
  if (!double_buffered(setup)) return approximation_by_compression_alone(setup, setup.workers);
  std::string words =
      setup.workers > 1 ? approximation_by(compression_of(setup.options)) : std::string{};
  if (!words.empty()) words += "; ";
  return words + "gradients are half a mini-batch old";
}

double samples_of_step(const Setup& setup) {
  return static_cast<double>(double_buffered(setup) ? samples_of_half(setup)
                                                    : setup.used_per_iteration);
}

void check(const Setup& setup, Faults& faults) {
  if (accumulation_steps(setup.options) > 1 &&
      (has_backup_workers(setup) || setup.options[double_buffering_option]))
    faults.push_back({setup.pointer + "/accumulation_steps",
                      "must be 1 with backup workers or double_buffering"});
  if (!setup.batches.empty() &&
      (has_backup_workers(setup) || setup.options[double_buffering_option]))
    faults.push_back(
        {"/training",
         fmt::format("the mini-batch must be divided evenly in {} with {}", setup.label,
                     has_backup_workers(setup) ? "backup workers" : "double_buffering")});
  if (has_backup_workers(setup)) return check_backup_workers(setup, faults);
  check_gradient_sum(setup, faults);
  check_double_buffering(setup, faults);
}

}  // namespace

const RegisteredAlgorithm sync_sgd = Algorithm{
    .kind = "sync_sgd",
    .title = "Synchronous SGD",
    .summary =
        "Every worker computes the gradient of its share of the mini-batch; an allreduce "
        "sums them and all take the same step. Nobody goes on before the slowest is done.",
    .approximation = "nothing: the same step as SGD on the joined mini-batch",
    .when_to_use = "First choice while the model fits one device and workers are equally fast.",
    .source = "Chen et al., arXiv:1604.00981; Yook, Lee and Yoo, J. Acoust. Soc. Korea 39 (2020)",
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<servers>,
    .servers = servers,
    .check = check,
    .program = program,
    .closed_form = sync_sgd_plan::closed_form,
    .formula = sync_sgd_plan::formula,
    .leaves_messages = true,
    .used_per_iteration = samples_in_time,
    .approximation_of = words_of,
    .samples_of_gradient = samples_of_step,
    .takes_shares = true,
};

}  // namespace lockstep::models
