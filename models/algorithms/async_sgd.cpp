// Asynchronous SGD on a parameter server: each worker pushes its gradient when it has one and gets
// the parameters back as they are after its own update; nobody waits for anybody else.
//
// A server takes pushes in order of arrival, one update at a time. The gradient of a push was
// computed from parameters that others have changed since: its staleness. Dean et al.: "Large scale
// distributed deep networks", NIPS 2012 (Downpour with n_push = n_fetch = 1, without Adagrad).
#include <algorithm>
#include <vector>

#include "models/algorithm.hpp"
#include "models/passes.hpp"
#include "models/server_shards.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {servers_option, placement_option};
constexpr Tag gradients_tag = 0;

int servers(const Options& chosen) { return static_cast<int>(chosen.integer("servers")); }

Program train(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  std::vector<std::int64_t> versions(static_cast<std::size_t>(setup.servers), 0);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    co_await backward_pass(worker, layers, setup.batch_per_worker);
    co_await push_and_pull(worker, gradients_of(setup.mlp, layers), gradients_tag, versions.data());
  }
}

Program serve(Worker& server) {
  const Setup& setup = server.setup();
  const int index = server.rank() - setup.workers;
  const Payload mine =
      shard_of(parameters_of(setup.mlp, all_layers(setup.mlp)), setup.servers, index);
  const std::int64_t pushes = setup.training.iterations * setup.workers;
  for (std::int64_t version = 0; version < pushes; ++version) {
    const Message push = co_await server.receive_any(gradients_tag);
    co_await server.update(mine, version - push.version);
    co_await server.post(push.source, gradients_tag, mine, version + 1);
  }
}

Program program(Worker& worker) {
  if (worker.is_server()) return serve(worker);
  return train(worker);
}

// What the bounds are made of. Each resource that all pushes go through gives one.
struct Parts {
  double fastest_passes_s = 0;  // of the fastest worker
  double slowest_passes_s = 0;
  double block_message_s = 0;         // the block of one server, alone
  double whole_message_s = 0;         // all blocks from one worker, over its own link
  double update_s = 0;                // of the smallest block, on the fastest server
  double link_s = 0;                  // that the busiest server's link is taken by one push
  double passes_beside_server_s = 0;  // on a device that a server shares
  double pushes_over_link = 0;        // per iteration
};

Parts parts_of(const Setup& setup) {
  NetworkView network(setup);
  const bool colocated = setup.placement == Placement::colocated;
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t largest = block_count(parameters, setup.servers, 0);
  const std::int64_t smallest = block_count(parameters, setup.servers, setup.servers - 1);
  // A worker beside the only server sends it nothing over the network: its time is in the bound of
  // the device that the two share. One beside one of several servers keeps that server's block.
  const Rank first_remote = colocated && setup.servers == 1 && setup.workers > 1 ? 1 : 0;
  const std::int64_t sent = colocated && setup.servers > 1 ? parameters - largest : parameters;
  Parts parts;
  parts.fastest_passes_s = passes_s(setup, 0, setup.batch_per_worker);
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    const double passes = passes_s(setup, rank, setup.batch_per_worker);
    parts.fastest_passes_s = std::min(parts.fastest_passes_s, passes);
    if (rank >= first_remote) parts.slowest_passes_s = std::max(parts.slowest_passes_s, passes);
  }
  const bool alone = colocated && setup.workers == 1;
  const bool known = network.uniform() && !alone;
  parts.block_message_s = known ? server_message_s(setup, network, smallest, 1) : 0;
  parts.whole_message_s = network.hosts_share_links() && !alone
                              ? server_message_s(setup, network, sent, 1)
                              : parts.block_message_s;
  parts.update_s = update_s(setup, setup.workers, smallest);
  for (Rank server = setup.workers; server < setup.ranks(); ++server)
    parts.update_s = std::min(parts.update_s, update_s(setup, server, smallest));
  parts.passes_beside_server_s = colocated ? passes_s(setup, 0, setup.batch_per_worker) : 0;
  const bool serial = network.hosts_share_links() ||
                      (setup.cluster.sharing == Sharing::single_port && network.uniform());
  if (serial && !alone) {
    const double block_s = server_message_s(setup, network, largest, 1);
    parts.link_s = setup.cluster.sharing == Sharing::single_port
                       ? block_s
                       : network.transfer_s(setup.workers - 1, setup.workers,
                                            largest * setup.mlp.bytes_per_scalar);
  }
  parts.pushes_over_link = setup.workers - (colocated ? 1 : 0);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  const Term update = T::seconds("t_update(n/K)", parts.update_s);
  const Term message = T::seconds("t_message(n/K)", parts.block_message_s);
  const Term whole = T::seconds("t_message(n)", parts.whole_message_s);
  const Term slowest = T::seconds("t_passes", parts.slowest_passes_s);
  const Term workers = T::number("P", setup.workers);
  const Term worker_chain = iterations * (slowest + whole + update + message);
  const bool colocated = setup.placement == Placement::colocated;
  const Term first = T::seconds("t_first_passes", parts.fastest_passes_s);
  const Term server_device =
      colocated ? iterations * (workers * update +
                                T::seconds("t_passes beside", parts.passes_beside_server_s))
                : first + Term(2) * message + iterations * workers * update;
  const Term pushes = T::number("remote P", parts.pushes_over_link);
  const Term server_link =
      first + iterations * pushes * T::seconds("t_link", parts.link_s) + update + message;
  return max(worker_chain, max(server_device, server_link));
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count pushes = Count{setup.training.iterations} * setup.workers;
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t scalar = setup.mlp.bytes_per_scalar;
  count_passes(form.flops, setup.mlp, pushes * setup.batch_per_worker);
  form.flops[ComputeKind::update] = pushes * 2 * parameters;
  const Count iterations = setup.training.iterations;
  form.bytes = 2 * iterations * remote_scalars(setup, parameters) * scalar;
  form.messages = 2 * iterations * remote_messages(setup);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts_of(setup)));
  if (setup.workers > 1 || setup.servers > 1 || !NetworkView(setup).uniform()) {
    form.claim = TimeClaim::lower_bound;
    form.leaves_out = "pushes that wait for each other at links and servers";
  }
  form.memory = replica_memory(setup);
  const Count block = block_count(parameters, setup.servers, 0);
  form.server_memory = {.parameters = block * scalar, .gradients = block * scalar};
  form.staleness = staleness_in_turn(setup.workers, setup.training.iterations);
  return form;
}

}  // namespace

extern const Algorithm async_sgd;
const Algorithm async_sgd = {
    .kind = "async_sgd",
    .title = "Asynchronous SGD",
    .summary =
        "Each worker pushes its gradient to a parameter server when it is ready and goes on "
        "with what the server has by then. Nobody waits for slow workers, but gradients "
        "come from parameters that are already old.",
    .approximation = "gradients are stale: about P-1 updates old with P equal workers",
    .when_to_use = "When workers are unequal or unreliable, and the server's link can take it.",
    .source = "Dean et al., NIPS 2012; Yook, Lee and Yoo, J. Acoust. Soc. Korea 39 (2020)",
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<servers>,
    .servers = servers,
    .check = nullptr,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .asynchronous = true,
};

}  // namespace lockstep::models
