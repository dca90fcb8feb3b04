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
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/replicas/backup_workers.hpp"
#include "models/parts/replicas/double_buffering.hpp"

namespace lockstep::models {

namespace {

std::string idle_bucket_bytes(const Setup& setup) {
  return setup.options.boolean("overlap") ? std::string{} : "without overlap";
}

// What sums gradients in place of the allreduce.
std::string idle_gradient_allreduce(const Setup& setup) {
  const Encoding encoding = compression_of(setup.options).encoding;
  const bool summable = encoding == Encoding::dense || encoding == Encoding::low_rank;
  if (setup.workers > 1 && has_backup_workers(setup))
    return "with backup_workers, where servers sum";
  if (setup.workers > 1 && !summable)
    return fmt::format("with compression \"{}\", which is summed in a way of its own",
                       setup.options.choice("compression"));
  return idle_allreduce(setup);
}

constexpr std::array options = {
    with_idle(allreduce_or_mpi_option, idle_gradient_allreduce),
    ranks_per_node_option,
    tree_chunks_option,
    OptionSpec{.name = "overlap",
               .type = OptionType::boolean,
               .summary = "sum gradients while the backward pass goes on",
               .fallback = false},
    OptionSpec{.name = "bucket_bytes",
               .type = OptionType::bytes,
               .summary = "with overlap: layers share an allreduce up to this size; 0: none do",
               .fallback = 0.0,
               .least = 0,
               .idle = idle_bucket_bytes},
    backup_workers_option,
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
    double_buffering_option,
    allreduce_servers_option,
    allreduce_placement_option,
};

// Which gradients are late only servers can tell: with backup workers they sum, whatever the
// allreduce.
int servers(const Options& chosen) {
  return chosen.integer("backup_workers") > 0 ? static_cast<int>(chosen.integer("servers"))
                                              : gradient_sum_servers(chosen);
}

// The layers whose gradients are summed together, from the last layers to the first.
std::vector<LayerRange> buckets_of(const Setup& setup) {
  if (!setup.options.boolean("overlap")) return {all_layers(setup.mlp)};
  const double limit_bytes = setup.options.number("bucket_bytes");
  std::vector<LayerRange> buckets;
  for (std::int64_t layer = setup.mlp.layers - 1; layer >= 0; --layer) {
    const bool joins = !buckets.empty() &&
                       static_cast<double>(setup.mlp.parameters({layer, buckets.back().count + 1}) *
                                           setup.mlp.precision.gradients) <= limit_bytes;
    if (!joins) buckets.push_back({layer, 0});
    buckets.back().first = layer;
    ++buckets.back().count;
  }
  return buckets;
}

// Sums one bucket once the bucket before it is done.
Program sum_bucket(Worker& worker, Payload bucket, Tag tag, std::optional<std::uint32_t> previous) {
  if (previous) co_await worker.join(*previous);
  co_await sum_gradients(worker, bucket, tag);
}

Program backward_with_sums(Worker& worker, const std::vector<LayerRange>& buckets) {
  const Setup& setup = worker.setup();
  std::optional<std::uint32_t> last;
  Tag tag = 0;
  for (const LayerRange& bucket : buckets) {
    for (std::int64_t layer = bucket.first + bucket.count - 1; layer >= bucket.first; --layer) {
      co_await worker.backward_weight(layer, setup.batch_per_worker);
      if (layer == bucket.first) {
        Program sum = sum_bucket(worker, gradients_of(setup.mlp, bucket), tag++, last);
        last = co_await worker.fork(sum);
      }
      if (layer > 0) co_await worker.backward_input(layer, setup.batch_per_worker);
    }
  }
  if (last) co_await worker.join(*last);
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
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    if (setup.options.boolean("overlap")) {
      co_await backward_with_sums(worker, buckets);
    } else {
      co_await backward_pass(worker, layers, setup.batch_per_worker);
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

// The times of one iteration that the formula is made of.
struct Parts {
  double passes_s = 0;
  double update_s = 0;
  ClaimedTime allreduce;         // of all gradients, in one bucket, or of all buckets
  double last_bucket_end_s = 0;  // with overlap: counted from the start of the iteration
};

// When the last bucket is summed: each starts when its gradients are there and the one before it is
// done.
double end_of_buckets(const Setup& setup, NetworkView& network, Parts& parts) {
  const auto product_s = [&](std::int64_t layer) {
    return waiting_factor(setup, setup.workers) *
           setup.slowest_worker_s(layer_product(setup.mlp, layer, setup.batch_per_worker));
  };
  double ready_s = 0;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) ready_s += product_s(layer);
  double end_s = 0;
  for (const LayerRange& bucket : buckets_of(setup)) {
    const Payload gradients = gradients_of(setup.mlp, bucket);
    const ClaimedTime sum = gradient_sum_duration(setup, network, gradients);
    parts.allreduce.weaken(sum.claim, sum.leaves_out);
    for (std::int64_t layer = bucket.first + 1; layer < bucket.first + bucket.count; ++layer)
      ready_s += 2 * product_s(layer);
    ready_s += product_s(bucket.first);
    end_s = max(end_s, ready_s) + sum.seconds;
    parts.allreduce.seconds += sum.seconds;
    ready_s += product_s(bucket.first);  // the gradient by inputs of the bucket's lowest layer
  }
  return end_s;
}

Parts parts_of(const Setup& setup, NetworkView& network) {
  Parts parts;
  parts.passes_s =
      waiting_factor(setup, setup.workers) * slowest_passes_s(setup, setup.batch_per_worker);
  parts.update_s = setup.slowest_worker_s(step_work(setup, setup.mlp.parameters()));
  if (setup.options.boolean("overlap"))
    parts.last_bucket_end_s = end_of_buckets(setup, network, parts);
  else
    parts.allreduce =
        gradient_sum_duration(setup, network, gradients_of(setup.mlp, all_layers(setup.mlp)));
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, NetworkView& network, const Parts& parts) {
  using T = Terms<Term>;
  const Term passes = passes_term<Term>(setup, parts.passes_s);
  const Term update = T::seconds("t_update(n)", parts.update_s);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  if (setup.options.boolean("overlap"))
    return iterations *
           (max(passes, T::seconds("t_last_bucket", parts.last_bucket_end_s)) + update);
  const Payload gradients = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Term sum = gradient_sum_term<Term>(setup, network, gradients, parts.allreduce.seconds);
  return iterations * (passes + sum + update);
}

Formula formula(const Setup& setup) {
  if (has_backup_workers(setup)) return backup_formula(setup);
  if (double_buffered(setup))
    return double_buffered_formula(setup, waiting_factor(setup, setup.workers));
  NetworkView network(setup);
  return expression_of<Formula>(setup, network, parts_of(setup, network));
}

void claim_time(const Setup& setup, ClosedForm& form) {
  NetworkView network(setup);
  Parts parts = parts_of(setup, network);
  form.makespan = nearest_seconds(expression_of<double>(setup, network, parts));
  ClaimedTime& claim = parts.allreduce;
  const double far = claim.claim == TimeClaim::lower_bound ? far_sum : 0;
  if (setup.options.boolean("overlap")) weaken_sums_beside_passes(setup, claim);
  if (!setup.same_devices())
    claim.weaken(TimeClaim::estimate,
                 "unequal devices: all are taken to be as slow as the slowest");
  form.claim = claim.claim;
  form.leaves_out = claim.leaves_out;
  note_rough(form,
             static_cast<double>(setup.training.iterations) *
                 (parts.passes_s + parts.update_s + (1 + far) * claim.seconds),
             "sums may hide less behind computing, and take longer");
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  if (has_backup_workers(setup)) return backup_closed_form(setup);
  if (double_buffered(setup)) {
    return double_buffered_closed_form(setup, waiting_factor(setup, setup.workers));
  }
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] =
      iterations * setup.workers * setup.step_rule().flops * setup.mlp.parameters();
  for (const LayerRange& bucket : buckets_of(setup)) {
    const CollectiveCounts sum = gradient_sum_counts(setup, gradients_of(setup.mlp, bucket));
    form.flops[ComputeKind::reduce] += iterations * sum.reduce_flops;
    form.bytes += iterations * sum.bytes;
    form.messages += iterations * sum.messages;
  }
  claim_time(setup, form);
  form.memory = replica_memory(setup);
  // One bucket is summed at a time.
  for (const LayerRange& bucket : buckets_of(setup))
    form.memory.buffers =
        std::max(form.memory.buffers, gradient_sum_buffers(setup, gradients_of(setup.mlp, bucket)));
  form.memory.versions += residual_bytes(setup);
  form.server_memory = gradient_sum_server_memory(setup);
  return form;
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

std::int64_t samples_of_step(const Setup& setup) {
  return double_buffered(setup) ? samples_of_half(setup) : setup.used_per_iteration;
}

void check(const Setup& setup, Faults& faults) {
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
    .closed_form = closed_form,
    .formula = formula,
    .leaves_messages = true,
    .used_per_iteration = samples_in_time,
    .approximation_of = words_of,
    .samples_of_gradient = samples_of_step,
};

}  // namespace lockstep::models
