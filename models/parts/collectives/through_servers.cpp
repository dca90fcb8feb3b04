#include "models/parts/collectives/through_servers.hpp"

#include "models/parts/collectives/server_shards.hpp"

namespace lockstep::models::through_servers {

Program program(Worker& worker, Group /*group*/, Payload payload, Tag tag) {
  return push_and_pull(worker, payload, tag);
}

Program serve(Worker& server, Payload payload, Tag tag) {
  const int index = server.rank() - server.workers();
  const Payload mine = shard_of(payload, server.servers(), index);
  for (int arrived = 0; arrived < server.workers(); ++arrived) {
    const Message received = co_await server.receive_any(tag);
    if (arrived == 0)
      co_await server.store(received);
    else
      co_await server.reduce(received);
  }
  for (int turn = 0; turn < server.workers(); ++turn)
    co_await server.post((index + turn) % server.workers(), tag, mine);
}

CollectiveCounts counts(const Setup& setup, Group /*group*/, Scalars vector) {
  return {2 * remote_scalars(setup, vector.count) * vector.bytes_each, 2 * remote_messages(setup),
          Count{setup.workers - 1} * vector.count};
}

namespace {

struct Parts {
  double message_s = 0;
  double reduce_s = 0;
  bool one_at_a_time = false;  // single_port: P or K messages in turn, not at once
};

Parts parts_of(const Setup& setup, NetworkView& network, Scalars vector) {
  const Scalars shard = vector.part(block_count(vector.count, setup.servers, 0));
  const std::int64_t sharers = sharers_of_links(setup, network);
  return {server_bytes_s(setup, network, shard.bytes(), sharers),
          setup.slowest_server_s(fold(shard)), setup.cluster.sharing == Sharing::single_port};
}

template <class Term>
Term expression(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term message = T::seconds("t_message(n/K)", parts.message_s);
  const Term reduce = T::seconds("t_reduce(n/K)", parts.reduce_s);
  const Term others = T::number("P", setup.workers) - Term(1);
  if (!parts.one_at_a_time) return Term(2) * message + others * reduce;
  // In turn: the folds of early arrivals hide behind later ones.
  const Term turns = max(T::number("P", setup.workers), T::number("K", setup.servers));
  return max(turns * message + reduce, Term(2) * message + others * reduce) + turns * message;
}

}  // namespace

ClaimedTime duration(const Setup& setup, NetworkView& network, Group /*group*/, Scalars vector) {
  const bool colocated = setup.placement == Placement::colocated;
  if (setup.workers == 1 && colocated) return {};
  const Parts parts = parts_of(setup, network, vector);
  ClaimedTime result{expression<double>(setup, parts), TimeClaim::exact, {}};
  if (!network.uniform()) {
    result.weaken(TimeClaim::estimate, "routes that differ, and links between switches");
  } else if (parts.one_at_a_time && (setup.servers > 1 || colocated)) {
    result.weaken(TimeClaim::estimate, "the order in which ports become free");
  } else if (parts.one_at_a_time) {
    result.weaken(TimeClaim::upper_bound, "workers that are answered first go on first");
  }
  if (!colocated && setup.servers > setup.workers && vector.count % setup.servers != 0)
    result.weaken(TimeClaim::upper_bound, "blocks that are one scalar smaller than the largest");
  return result;
}

Formula formula(const Setup& setup, NetworkView& network, Group /*group*/, Scalars vector) {
  return expression<Formula>(setup, parts_of(setup, network, vector));
}

}  // namespace lockstep::models::through_servers
