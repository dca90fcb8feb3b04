#include "models/parts/servers/parameter_server.hpp"

#include <algorithm>
#include <numeric>

#include "models/cost/passes.hpp"

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
          .server_rule = &setup.step_rule(),
          .local_rule = &setup.step_rule(),
          .compression = setup.workers > 1 ? compression_of(setup.options) : Compression{}};
}

int parameter_servers(const Options& options) { return static_cast<int>(options[servers_option]); }

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
    co_await mini_batch_passes(worker);
    const bool push = plan.pushes_after(step);
    const bool fetch = plan.fetches_after(step);
    if (!plan.starts_push(step))
      co_await worker.accumulate(pushed);
    else if (pushed.buffer != Buffer::gradients)
      co_await worker.copy({Buffer::gradients, 0, model.count}, pushed.buffer);
    if (!(push && fetch)) co_await worker.update(model, 0, *plan.local_rule);
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

namespace {

// Whether pushes reach the server in the same order in each round: equal workers, or groups as
// large as each other, that start at once get their answers one after another, and whoever was
// before another stays so. A worker on the server's host would be before those who send messages,
// servers that share out the parameters see different orders, and a push that is not waited for may
// come after a later one of another. After a last round of fewer steps a push comes sooner than its
// turn.
bool in_turn(const Setup& setup, const Exchanges& plan) {
  const Cluster& cluster = setup.cluster;
  const bool alike = setup.same_devices() && !cluster.slowdown && cluster.endpoint.is_free() &&
                     !cluster.endpoint.eager && cluster.cores == 0;
  const bool waits = plan.requests() == 0 && plan.answered_pushes() == plan.pushes();
  const bool whole_rounds = plan.steps % plan.push_period == 0;
  return alike && waits && whole_rounds && NetworkView(setup).uniform() && setup.servers == 1 &&
         setup.placement == Placement::dedicated && setup.workers % plan.pushers == 0;
}

// How many pushes of a worker can be under way, from the fetch that their oldest gradient is of,
// while another worker's update is made: those that begin before the next fetch. All repeats where
// both periods meet.
std::int64_t pushes_at_once(const Exchanges& plan) {
  if (plan.push_after_fetch) return 1;
  const std::int64_t period = plan.fetch_period / std::gcd(plan.push_period, plan.fetch_period);
  std::int64_t most = 1;
  for (std::int64_t push = 1; push <= std::min(period, plan.pushes()); ++push) {
    const std::int64_t fetch =
        ((push * plan.push_period - 1) / plan.fetch_period + 1) * plan.fetch_period;
    const std::int64_t begun = (fetch - 1) / plan.push_period + 1;
    most = std::max(most, std::min(begun, plan.pushes()) - push + 1);
  }
  return most;
}

}  // namespace

// At each server; see `staleness_at_most`. Between two pushes of a worker an update of another
// makes all older that are under way. Local steps, and what a worker computes of a fetch, are 0
// updates old.
ClaimedStaleness staleness_of_pushes(const Setup& setup, const Exchanges& plan) {
  ClaimedStaleness staleness = staleness_at_most(plan.pushers, plan.pushes());
  if (plan.pushers == 1) return staleness;
  const Count pushes = Count{setup.servers} * plan.pushes();
  Count updates = pushes + plan.local_steps();
  if (plan.fetch_rule != nullptr) updates += plan.fetches();
  staleness.mean *= to_double(pushes * pushes_at_once(plan)) / to_double(updates);
  staleness.mean = std::min(staleness.mean, static_cast<double>(staleness.max));
  if (!in_turn(setup, plan)) return staleness;
  return {staleness.mean, plan.pushers - 1};
}

}  // namespace lockstep::models
