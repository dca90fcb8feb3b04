#include "models/parts/collectives/server_shards.hpp"

#include <algorithm>

namespace lockstep::models {

Program push_blocks(Worker& worker, Payload whole, Tag tag, const std::int64_t* versions,
                    Compression compression) {
  const int servers = worker.servers();
  for (int turn = 0; turn < servers; ++turn) {
    const int server = server_in_turn(worker, turn);
    const std::int64_t version = versions != nullptr ? versions[server] : 0;
    const Payload block = compression.encoded(shard_of(whole, servers, server));
    if (!compression.none())
      co_await worker.transcode(CodingStep::encode, block,
                                compression.residual(Residual::of_gradients));
    co_await worker.post(worker.workers() + server, tag, block, version);
  }
}

Program fetch_blocks(Worker& worker, Tag tag, std::int64_t* versions) {
  const int servers = worker.servers();
  for (int turn = 0; turn < servers; ++turn) {
    const int server = server_in_turn(worker, turn);
    const Message received = co_await worker.receive(worker.workers() + server, tag);
    co_await worker.store(received);
    if (versions != nullptr) versions[server] = received.version;
  }
}

Program push_and_pull(Worker& worker, Payload whole, Tag tag) {
  co_await push_blocks(worker, whole, tag, nullptr);
  co_await fetch_blocks(worker, tag, nullptr);
}

Count remote_messages(const Setup& setup) {
  const Count local = setup.placement == Placement::colocated ? setup.servers : 0;
  return Count{setup.workers} * setup.servers - local;
}

// Local blocks together are the whole vector once.
Count remote_scalars(const Setup& setup, std::int64_t count) {
  const Count local = setup.placement == Placement::colocated ? 1 : 0;
  return (setup.workers - local) * count;
}

std::int64_t sharers_of_links(const Setup& setup, const NetworkView& network) {
  const bool at_hosts = network.hosts_share_links();
  const bool unknown = !network.uniform() && setup.cluster.sharing == Sharing::max_min;
  if (!at_hosts && !unknown) return 1;
  if (setup.placement == Placement::colocated) return std::max(setup.workers - 1, 1);
  return std::max(setup.workers, setup.servers);
}

double server_bytes_s(const Setup& setup, NetworkView& network, std::int64_t bytes,
                      std::int64_t sharers) {
  const Rank server = setup.workers;
  // A worker on another host than the first server, if there is one.
  const Rank worker = std::min(setup.placement == Placement::colocated ? 1 : 0, setup.workers - 1);
  return network.message(worker, server, bytes, sharers).seconds();
}

}  // namespace lockstep::models
