// How the parameters are divided over servers, and in which order a worker visits the servers.
// Shared by the collectives that go through servers and by the parameter-server algorithms.
#pragma once

#include <cstdint>

#include "models/cost/network_view.hpp"
#include "models/language/common_options.hpp"
#include "models/language/worker.hpp"
#include "models/parts/collectives/blocks.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// Returns the block of `whole` that server `index` of `servers` owns.
[[nodiscard]] inline Payload shard_of(const Payload& whole, int servers, int index) {
  return equal_part(whole, servers, index);
}

// Returns the server that a worker visits in turn `turn`. Workers start with different servers, so
// that they do not all queue at the first.
[[nodiscard]] inline int server_in_turn(const Worker& worker, int turn) {
  return (worker.rank() + turn) % worker.servers();
}

// Posts to each server its block of `whole`. `versions[server]` is the version of the block that
// the data were computed from; null means no versions. Compressed blocks are encoded one by one,
// each just before it is sent.
[[nodiscard]] Program push_blocks(Worker& worker, Payload whole, Tag tag,
                                  const std::int64_t* versions, Compression compression = {});
// Receives and stores the block of each server, and writes the blocks' versions to `versions`
// unless it is null.
[[nodiscard]] Program fetch_blocks(Worker& worker, Tag tag, std::int64_t* versions);
// Pushes all blocks and then fetches the servers' blocks, without versions.
[[nodiscard]] Program push_and_pull(Worker& worker, Payload whole, Tag tag);

// Return the number of messages that cross the network when every worker sends one to every server,
// and the number of scalars in them for a vector of `count` scalars. A message to a server on the
// worker's own host does not cross the network.
[[nodiscard]] Count remote_messages(const Setup& setup);
[[nodiscard]] Count remote_scalars(const Setup& setup, std::int64_t count);

// Returns how many messages share a host's link when all workers push to all servers at once.
[[nodiscard]] std::int64_t sharers_of_links(const Setup& setup, const NetworkView& network);

// Returns the seconds that one message of `bytes` bytes to or from the busiest server takes when
// `sharers` messages share its link.
[[nodiscard]] double server_bytes_s(const Setup& setup, NetworkView& network, std::int64_t bytes,
                                    std::int64_t sharers);

}  // namespace lockstep::models
