// The messages of one step round a ring: one from each rank to the next, all at once.
#pragma once

#include <vector>

#include "models/language/group.hpp"
#include "topologies/network.hpp"

namespace lockstep::models {

class RingEdges {
 public:
  // `connections` are those from each rank of the ring to the next, in order.
  RingEdges(const topologies::Network& network, topologies::Sharing sharing,
            std::vector<topologies::ConnectionIndex> connections);

  // Whether messages share channels, which under max_min limits their rates.
  [[nodiscard]] bool meet() const { return meet_; }
  // Whether all have the same latency and rate.
  [[nodiscard]] bool alike() const { return alike_; }
  // Whether a pair has several paths that its messages might take in turn.
  [[nodiscard]] bool have_others() const { return have_others_; }
  // Returns a sender whose message has the greatest latency and the least rate of all, and so is
  // the slowest whatever its length; -1 if there is none.
  [[nodiscard]] int slowest() const { return slowest_; }
  // Returns how long the slowest of these messages takes.
  [[nodiscard]] Picoseconds duration(std::int64_t bytes) const;
  // What each edge carries in P-1 steps: every chunk but one, which for rank i is the chunk i +
  // `first_chunk`.
  struct Carried {
    std::int64_t longer_bytes;   // of a message with one of the first `longer` chunks
    std::int64_t shorter_bytes;  // with another
    int longer;
    int first_chunk;
  };
  // Adds it to the loads of the channels. One that several edges use is taken to carry their
  // messages at the same time.
  void add_loads(topologies::Network& network, const Carried& carried) const;

 private:
  // How long a message is on its channels, from when it has got there.
  [[nodiscard]] Picoseconds on_channels(std::size_t sender, std::int64_t bytes) const;

  std::vector<topologies::ConnectionIndex> connections_;
  std::vector<Picoseconds> latencies_;
  std::vector<double> bytes_per_s_;
  bool counts_latency_;  // messages are on their channels during their latency, too
  bool meet_ = false;
  bool alike_ = true;
  bool have_others_ = false;
  bool several_on_a_channel_ = false;
  int slowest_ = -1;
};

}  // namespace lockstep::models
