#include "models/servers/parameter_server.hpp"

#include <algorithm>
#include <numeric>

#include "models/passes.hpp"

namespace lockstep::models {

std::int64_t Exchanges::step_of_push(std::int64_t push) const {
  return push >= pushes() ? steps : push * push_period;
}

std::int64_t Exchanges::answered_pushes() const {
  if (push_after_fetch) return 0;
  const std::int64_t both = push_period / std::gcd(push_period, fetch_period) * fetch_period;
  return (steps - 1) / both + 1;
}

bool Exchanges::answers_push(std::int64_t push) const {
  return !push_after_fetch && fetches_after(step_of_push(push));
}

double Exchanges::factor_of_push(std::int64_t push) const {
  if (!mean_of_push) return 1;
  return 1 / static_cast<double>(step_of_push(push) - step_of_push(push - 1));
}

Exchanges exchanges_of(const Setup& setup, std::int64_t push_period, std::int64_t fetch_period) {
  return {.steps = setup.training.iterations,
          .push_period = push_period,
          .fetch_period = fetch_period,
          .pushers = setup.workers,
          .pushed = push_period > 1 ? Buffer::accumulated_gradients : Buffer::gradients,
          .compression = setup.workers > 1 ? compression_of(setup.options) : Compression{}};
}

int parameter_servers(const Options& options) {
  return static_cast<int>(options.integer("servers"));
}

Program request_blocks(Worker& worker, Buffer served, std::int64_t pushes) {
  const Payload nothing{served, 0, 0};
  for (int turn = 0; turn < worker.servers(); ++turn)
    co_await worker.post(worker.workers() + server_in_turn(worker, turn), exchange_tag, nothing,
                         pushes);
}

Payload block_of(const Worker& server, Buffer served) {
  const Setup& setup = server.setup();
  return shard_of({served, 0, setup.mlp.parameters()}, setup.servers,
                  server.rank() - setup.workers);
}

Program train_with_servers(Worker& worker, Exchanges plan) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload model = parameters_of(setup.mlp, layers);
  const Payload pushed{plan.pushed, 0, model.count};
  HeldVersions versions(setup);
  std::int64_t pushes = 0;
  for (std::int64_t step = 1; step <= plan.steps; ++step) {
    co_await worker.begin_iteration();
    if (plan.starts_push(step)) versions.start_push();
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    co_await backward_pass(worker, layers, setup.batch_per_worker);
    const bool push = plan.pushes_after(step);
    const bool fetch = plan.fetches_after(step);
    if (!plan.starts_push(step))
      co_await worker.accumulate(pushed);
    else if (pushed.buffer != Buffer::gradients)
      co_await worker.copy({Buffer::gradients, 0, model.count}, pushed.buffer);
    if (!(push && fetch)) co_await worker.update(model);
    if (push) {
      co_await push_blocks(worker, pushed, exchange_tag, versions.oldest.data(), plan.compression);
      for (std::int64_t& held : versions.held) ++held;
      ++pushes;
    } else if (fetch) {
      co_await request_blocks(worker, plan.served, pushes);
    }
    if (fetch) co_await fetch_blocks(worker, exchange_tag, versions.held.data());
  }
}

Program serve_exchanges(Worker& server, Exchanges plan) {
  const Setup& setup = server.setup();
  const Payload mine = block_of(server, plan.served);
  std::vector<std::int64_t> pushes(static_cast<std::size_t>(setup.workers), 0);
  std::vector<std::int64_t> requested_after = pushes;  // so many pushes, still under way
  std::int64_t version = 0;
  const std::int64_t messages = plan.pushers * (plan.pushes() + plan.requests());
  for (std::int64_t message = 0; message < messages; ++message) {
    const Message arrived = co_await server.receive_any(exchange_tag);
    const auto source = static_cast<std::size_t>(arrived.source);
    bool answer = false;
    if (arrived.payload.buffer == plan.served) {  // a request
      // It is small and may overtake a push; its answer waits for that.
      answer = pushes[source] >= arrived.version;
      if (!answer) requested_after[source] = arrived.version;
    } else {
      co_await server.store(arrived);
      if (arrived.payload.encoding != Encoding::dense)
        co_await server.transcode(CodingStep::decode, arrived.payload);
      if (arrived.payload.buffer == Buffer::accumulated_gradients)
        co_await server.copy(arrived.payload, Buffer::gradients,
                             plan.factor_of_push(pushes[source] + 1));
      co_await server.update(mine, version - arrived.version, *plan.server_rule);
      ++version;
      ++pushes[source];
      answer = plan.answers_push(pushes[source]) || pushes[source] == requested_after[source];
    }
    if (answer) co_await server.post(arrived.source, exchange_tag, mine, version);
  }
}

Program program_of_exchanges(Worker& worker, const Exchanges& plan) {
  if (worker.is_server()) return serve_exchanges(worker, plan);
  return train_with_servers(worker, plan);
}

// Pushers apply push 0, 1, ... in turn, k = 0 .. P-1. The gradients of a push saw the parameters of
// fetch f, the last before the first of its steps. Others have pushed since: all P-1 with every
// push number after f's and before this one, k of them with this one, and, if f came with a push,
// the P-1-k that were behind then. So, in the mean over k, a push is P-1 times a whole number of
// updates old, and half a P-1 more where f was the start or a fetch alone. All repeats where both
// periods meet. Local
// steps, and what a worker computes of a fetch, are 0 updates old. Where a push is made from what
// was fetched right before it, all fetch at once and push in turn.
Staleness staleness_in_turn(const Setup& setup, const Exchanges& plan) {
  const std::int64_t others = plan.pushers - 1;
  const std::int64_t period = plan.fetch_period / std::gcd(plan.push_period, plan.fetch_period);
  const std::int64_t pushes = plan.pushes();
  Count halves = 0;   // of P-1: those of one period, as if the run's start were a push too
  Count in_rest = 0;  // ... of what is left after whole periods
  std::int64_t most = 0;
  for (std::int64_t push = 0; push < std::min(period, pushes); ++push) {
    const std::int64_t fetch = push * plan.push_period / plan.fetch_period * plan.fetch_period;
    const std::int64_t between = push - fetch / plan.push_period;
    halves += 2 * between + (fetch % plan.push_period == 0 ? 2 : 1);
    if (push < pushes % period) in_rest = halves;
    most = std::max(most, between + 1);
  }
  const std::int64_t at_start = std::min(pushes, (plan.fetch_period - 1) / plan.push_period + 1);
  const Count all = halves * (pushes / period) + in_rest - at_start;
  const Count sum = Count{others} * (plan.push_after_fetch ? Count{pushes} : all);
  Count updates = Count{setup.servers} * pushes + plan.local_steps();
  if (plan.fetch_rule != nullptr) updates += plan.fetches();
  return {to_double(setup.servers * sum) / to_double(2 * updates), others * most};
}

}  // namespace lockstep::models
