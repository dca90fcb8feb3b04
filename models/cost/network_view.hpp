// The network as closed forms see it: how long a message takes alone, and whether the messages of
// one round of a collective delay each other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "topologies/topology.hpp"

namespace lockstep::models {

// A duration and its claim.
struct ClaimedTime {
  double seconds = 0;
  TimeClaim claim = TimeClaim::exact;
  std::string leaves_out;

  // Weakens the claim to one that holds for both; keeps the first reason.
  void weaken(TimeClaim other, std::string reason);
};

// Weakens the claim to an estimate where the workers' devices differ: closed forms then take all of
// them to be as slow as the slowest.
void weaken_by_unequal_devices(const Setup& setup, ClaimedTime& time);

using Pair = std::pair<Rank, Rank>;  // sender, receiver

// Messages of equal size that are sent at the same moment, at most one from and to each rank.
struct Round {
  double slowest_s = 0;    // how long the last of them takes
  bool alike = true;       // all take equally long
  bool contended = false;  // some share a channel
};

// Groups of ranks that do the same at the same time: each begins `stride` ranks after the one
// before. What is asked of a network is asked for the first of them.
struct GroupsAtOnce {
  int count = 1;
  int stride = 0;
};

class NetworkView {
 public:
  explicit NetworkView(const Setup& setup, GroupsAtOnce groups = {})
      : setup_(&setup), groups_(groups), routes_(*setup.cluster.topology) {}

  // Returns how long a message of `bytes` takes between two ranks when `sharers` such messages
  // share its bandwidth. Ranks on one host exchange messages in no time.
  [[nodiscard]] Picoseconds message(Rank from, Rank to, std::int64_t bytes,
                                    std::int64_t sharers = 1);
  // Returns how long a message takes alone on a route between distinct hosts.
  [[nodiscard]] Picoseconds message(const topologies::Route& route, std::int64_t bytes) const;
  [[nodiscard]] Picoseconds latency(Rank from, Rank to);
  // Returns bytes over the narrowest bandwidth, not rounded, for use in bounds.
  [[nodiscard]] double transfer_s(Rank from, Rank to, std::int64_t bytes);

  // Describes a round of a collective in which the sender of each pair sends `bytes` to its
  // receiver, in all groups at once. `numbers` says over which of the pair's connections; empty:
  // over the first.
  [[nodiscard]] Round round(std::span<const Pair> pairs, std::int64_t bytes,
                            std::span<const topologies::PathNumber> numbers = {});

  [[nodiscard]] topologies::Route route(Rank from, Rank to, topologies::PathNumber number = 0) {
    return routes_.between_hosts(setup_->host_of(from), setup_->host_of(to), number);
  }

  [[nodiscard]] GroupsAtOnce groups() const { return groups_; }

  // Whether all pairs of hosts are alike and messages between distinct hosts meet at hosts only.
  [[nodiscard]] bool uniform() const {
    const topologies::Wiring wiring = setup_->cluster.topology->wiring;
    return wiring == topologies::Wiring::star || wiring == topologies::Wiring::fully_connected;
  }
  // Whether messages from or to one host share its link.
  [[nodiscard]] bool hosts_share_links() const {
    return setup_->cluster.sharing == Sharing::max_min &&
           setup_->cluster.topology->wiring == topologies::Wiring::star;
  }

 private:
  const Setup* setup_;
  GroupsAtOnce groups_;
  topologies::Routes routes_;
};

}  // namespace lockstep::models
