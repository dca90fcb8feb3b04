#include "models/parts/replicas/double_buffering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/optimizers.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/replicas/buckets.hpp"

namespace lockstep::models {

namespace {

// A step by the summed gradients of the half before; those of this half wait in `gradients`.
void step_by_sum(UpdateSite& site) {
  site.gradients = site.other(Buffer::gradient_sum);
  site.setup->step_rule().step(site);
}

template <std::size_t... index>
constexpr auto by_sums(std::index_sequence<index...> /*all*/) {
  std::array<UpdateRule, sizeof...(index)> rules = {*optimizer_rules[index]...};
  for (UpdateRule& rule : rules) rule.step = step_by_sum;
  return rules;
}
constexpr auto outdated_rules = by_sums(std::make_index_sequence<optimizer_rules.size()>());

const UpdateRule& outdated_rule(const Setup& setup) {
  const auto chosen = std::ranges::find(optimizer_rules, &setup.step_rule());
  return outdated_rules.at(static_cast<std::size_t>(chosen - optimizer_rules.begin()));
}

constexpr std::int64_t halves = 2;

std::int64_t half_steps(const Setup& setup) { return halves * setup.training.iterations; }

Payload exchanged(const Setup& setup) { return {Buffer::gradient_sum, 0, setup.mlp.parameters()}; }

}  // namespace

bool double_buffered(const Setup& setup) {
  return setup.options[double_buffering_option] && setup.workers > 1;
}

void check_double_buffering(const Setup& setup, Faults& faults) {
  if (!setup.options[double_buffering_option]) return;
  if (setup.options[overlap_option])
    faults.push_back({setup.pointer + "/overlap",
                      "must be false with double_buffering, which sums while the next half is "
                      "computed, found true"});
  if (!double_buffered(setup) || setup.batch_per_worker % halves == 0) return;
  const bool global = setup.training.batch_is_global;
  faults.push_back(
      {global ? "/training/global_batch" : "/training/batch_per_worker",
       fmt::format("must be a multiple of {} with double_buffering in {}, found {}",
                   global ? halves * setup.workers : halves, setup.label, setup.training.batch)});
}

std::int64_t samples_of_half(const Setup& setup) { return setup.global_batch / halves; }

Program train_double_buffered(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload parameters = parameters_of(setup.mlp, layers);
  const std::int64_t samples = setup.batch_per_worker / halves;
  std::optional<std::uint32_t> exchange;
  for (std::int64_t half = 0; half < half_steps(setup); ++half) {
    if (half % halves == 0) co_await worker.begin_iteration();
    co_await forward_pass(worker, layers, samples);
    co_await backward_pass(worker, layers, samples);
    if (exchange) {
      co_await worker.join(*exchange);
      co_await worker.update(parameters, half > 1 ? 1 : 0, outdated_rule(setup));
    }
    co_await worker.copy(gradients_of(setup.mlp, layers), Buffer::gradient_sum);
    Program sum = sum_gradients(worker, exchanged(setup), 0);
    exchange = co_await worker.fork(sum);
  }
  co_await worker.join(*exchange);
  co_await worker.update(parameters, 1, outdated_rule(setup));
}

Program serve_double_buffered(Worker& server) {
  const Setup& setup = server.setup();
  for (std::int64_t half = 0; half < half_steps(setup); ++half)
    co_await serve_gradient_sum(server, exchanged(setup), 0);
}

namespace {

struct Parts {
  double passes_s = 0;  // of a half
  double update_s = 0;
  ClaimedTime sum;
};

Parts parts_of(const Setup& setup, NetworkView& network, double waiting_factor) {
  Parts parts;
  parts.passes_s = waiting_factor * slowest_passes_s(setup, setup.batch_per_worker / halves);
  parts.update_s = setup.slowest_worker_s(step_work(setup, setup.mlp.parameters()));
  parts.sum = gradient_sum_duration(setup, network, exchanged(setup));
  return parts;
}

// The first half is computed alone, and the last one exchanged alone.
template <class Term>
Term expression(const Setup& setup, NetworkView& network, const Parts& parts) {
  using T = Terms<Term>;
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const Term passes = passes_term<Term>(setup, parts.passes_s);
  const Term sum = gradient_sum_term<Term>(setup, network, exchanged(setup), parts.sum.seconds);
  const Term update = T::seconds("t_update(n)", parts.update_s);
  return passes + (Term(2) * iterations - Term(1)) * (max(passes, sum) + update) + sum + update;
}

}  // namespace

Formula double_buffered_formula(const Setup& setup, double waiting_factor) {
  NetworkView network(setup);
  return expression<Formula>(setup, network, parts_of(setup, network, waiting_factor));
}

ClosedForm double_buffered_closed_form(const Setup& setup, double waiting_factor) {
  ClosedForm form;
  const Count steps = half_steps(setup);
  count_passes(form.flops, setup.mlp, Count{setup.training.iterations} * setup.global_batch);
  form.flops[ComputeKind::update] =
      steps * setup.workers * setup.step_rule().flops * setup.mlp.parameters();
  const CollectiveCounts sum = gradient_sum_counts(setup, exchanged(setup));
  form.flops[ComputeKind::reduce] = steps * sum.reduce_flops;
  form.bytes = steps * sum.bytes;
  form.messages = steps * sum.messages;

  NetworkView network(setup);
  Parts parts = parts_of(setup, network, waiting_factor);
  form.makespan = nearest_seconds(expression<double>(setup, network, parts));
  const double far = parts.sum.claim == TimeClaim::lower_bound ? far_sum : 0;
  weaken_sums_beside_passes(setup, parts.sum);
  weaken_by_unequal_devices(setup, parts.sum);
  form.claim = parts.sum.claim;
  form.leaves_out = parts.sum.leaves_out;
  note_rough(form,
             to_double(steps) * (parts.passes_s + parts.update_s + (1 + far) * parts.sum.seconds),
             "sums may hide less behind computing, and take longer");

  form.memory = replica_memory(setup);
  form.memory.gradients *= 2;
  form.memory.activations =
      stashed_bytes(setup.mlp, all_layers(setup.mlp), setup.batch_per_worker / halves);
  form.memory.versions += residual_bytes(setup);
  form.memory.buffers = gradient_sum_buffers(setup, exchanged(setup));
  form.server_memory = gradient_sum_server_memory(setup);
  form.staleness = {1 - 1 / to_double(steps), 1};
  return form;
}

}  // namespace lockstep::models
