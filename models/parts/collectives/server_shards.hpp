// How the parameters are divided over servers, and in which order they are visited: shared by the
// collectives that go through servers and by the parameter-server algorithms.
#pragma once

#include <cstdint>

#include "models/cost/network_view.hpp"
#include "models/language/common_options.hpp"
#include "models/language/worker.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// The block of `whole` that server `index` of `servers` owns.
[[nodiscard]] inline Payload shard_of(const Payload& whole, int servers, int index) {
  return whole.part(block_offset(whole.count, servers, index),
                    block_count(whole.count, servers, index));
}

// Each worker starts with another server, so that they do not all queue at the first.
[[nodiscard]] inline int server_in_turn(const Worker& worker, int turn) {
  return (worker.rank() + turn) % worker.servers();
}

// Sends its block to each server, computed from that version of it; none where null. Compressed
// blocks are encoded one by one, each before it is sent.
[[nodiscard]] Program push_blocks(Worker& worker, Payload whole, Tag tag,
                                  const std::int64_t* versions, Compression compression = {});
// Waits for the block of each server; notes their versions.
[[nodiscard]] Program fetch_blocks(Worker& worker, Tag tag, std::int64_t* versions);
// Both, without versions.
[[nodiscard]] Program push_and_pull(Worker& worker, Payload whole, Tag tag);

// Messages that cross the network when every worker sends one to every server: not those to the
// server on its own host. And the scalars in them, of a vector of `count`.
[[nodiscard]] Count remote_messages(const Setup& setup);
[[nodiscard]] Count remote_scalars(const Setup& setup, std::int64_t count);

// How many messages share a host's link when all workers push to all servers at once.
[[nodiscard]] std::int64_t sharers_of_links(const Setup& setup, const NetworkView& network);

// How long one message to or from the busiest server takes then.
[[nodiscard]] double server_bytes_s(const Setup& setup, NetworkView& network, std::int64_t bytes,
                                    std::int64_t sharers);

}  // namespace lockstep::models
