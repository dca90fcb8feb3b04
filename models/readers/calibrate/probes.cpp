#include "models/readers/calibrate/probes.hpp"

#include "models/cost/passes.hpp"

namespace lockstep::models {

namespace {

constexpr Tag probe_tag = 0;

bool rests(const Worker& worker) { return worker.rank() >= worker.setup().cluster.cores; }

Program local_step(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  co_await worker.begin_iteration();
  co_await forward_pass(worker, layers, setup.batch_per_worker);
  co_await backward_pass(worker, layers, setup.batch_per_worker);
  co_await worker.update(parameters_of(setup.mlp, layers));
}

Program passes_program(Worker& worker) {
  if (rests(worker)) co_return;
  const std::int64_t iterations = worker.setup().training.iterations;
  for (std::int64_t iteration = 0; iteration < iterations; ++iteration) co_await local_step(worker);
}

Program crowd_program(Worker& worker) {
  if (rests(worker)) co_return;
  const Setup& setup = worker.setup();
  const Payload one = gradients_of(setup.mlp, all_layers(setup.mlp)).part(0, 1);
  const auto ranks = static_cast<Rank>(setup.workers);
  const Rank next = (worker.rank() + 1) % ranks;
  const Rank previous = (worker.rank() + ranks - 1) % ranks;
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await local_step(worker);
    const Message message = co_await worker.exchange(next, one, previous, probe_tag);
    co_await worker.store(message);
  }
}

Program updates_program(Worker& worker) {
  if (rests(worker)) co_return;
  const Setup& setup = worker.setup();
  const Payload all = parameters_of(setup.mlp, all_layers(setup.mlp));
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await worker.update(all);
  }
}

Program ping_pong_program(Worker& worker) {
  if (rests(worker)) co_return;
  const Setup& setup = worker.setup();
  const Payload all = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Rank other = 1 - worker.rank();
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (worker.rank() == 0) co_await worker.send(other, probe_tag, all);
    const Message message = co_await worker.receive(other, probe_tag);
    co_await worker.store(message);
    if (worker.rank() == 1) co_await worker.send(other, probe_tag, all);
  }
}

Program exchange_program(Worker& worker) {
  if (rests(worker)) co_return;
  const Setup& setup = worker.setup();
  const Payload all = gradients_of(setup.mlp, all_layers(setup.mlp));
  const Rank other = 1 - worker.rank();
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    const Message message = co_await worker.exchange(other, all, other, probe_tag);
    co_await worker.reduce(message);
  }
}

Program wake_program(Worker& worker) {
  if (rests(worker)) co_return;
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload one = gradients_of(setup.mlp, layers).part(0, 1);
  const Rank other = 1 - worker.rank();
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (worker.rank() == 0) {
      co_await forward_pass(worker, layers, setup.batch_per_worker);
      co_await backward_pass(worker, layers, setup.batch_per_worker);
      co_await worker.send(other, probe_tag, one);
    }
    const Message message = co_await worker.receive(other, probe_tag);
    co_await worker.store(message);
    if (worker.rank() == 1) co_await worker.send(other, probe_tag, one);
  }
}

constexpr Algorithm probe(std::string_view kind, Program (*program)(Worker& worker)) {
  Algorithm algorithm;
  algorithm.kind = kind;
  algorithm.title = kind;
  algorithm.family = Family::data_parallel;
  algorithm.workers = [](const Options&, int hosts) { return hosts; };
  algorithm.servers = [](const Options&) { return 0; };
  algorithm.program = program;
  algorithm.samples_of_gradient = all_used_samples;
  return algorithm;
}

}  // namespace

const Algorithm passes_probe = probe("passes_probe", passes_program);
const Algorithm updates_probe = probe("updates_probe", updates_program);
const Algorithm ping_pong_probe = probe("ping_pong_probe", ping_pong_program);
const Algorithm exchange_probe = probe("exchange_probe", exchange_program);
const Algorithm wake_probe = probe("wake_probe", wake_program);
const Algorithm crowd_probe = probe("crowd_probe", crowd_program);

}  // namespace lockstep::models
