// A cluster as a graph: nodes (hosts and switches), links, and the directed channels that links
// consist of. Immutable once built; `Routes` finds and caches the paths of one run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/picoseconds.hpp"
#include "sim/base/result.hpp"

namespace lockstep::topologies {

using NodeIndex = std::int32_t;
using LinkIndex = std::int32_t;
using ChannelIndex = std::int32_t;
using HostIndex = std::int32_t;

enum class Duplex : std::uint8_t {
  full,     // two channels, one each way
  half,     // one channel, shared by both directions
  simplex,  // one channel, from -> to
};

struct Link {
  NodeIndex from = 0;
  NodeIndex to = 0;
  double bytes_per_s = 0;
  Picoseconds latency;
  Duplex duplex = Duplex::full;
  bool unshared = false;   // every flow over it has its whole bandwidth
  std::uint16_t role = 0;  // index into `Topology::link_roles`
};

// A channel, which flows share, unless it is unshared. A full-duplex link is two channels: its own
// direction first, then the reverse.
struct Channel {
  LinkIndex link = 0;
  NodeIndex from = 0;
  NodeIndex to = 0;
  double bytes_per_s = 0;
  bool unshared = false;
};

// Makes the route from one node to another go over the given links, in order. If a pair has several
// such routes, `Routing` chooses among them as it does among paths that tie.
struct RouteOverride {
  NodeIndex from = 0;
  NodeIndex to = 0;
  std::vector<LinkIndex> links;
};

// How messages that are under way at once share the network.
enum class Sharing : std::uint8_t {
  none,         // not at all: latency plus bytes over the narrowest bandwidth
  single_port,  // a host sends one message and receives one message at a time, in order of arrival
  max_min,      // every channel is shared max-min fairly by the flows over it
};

// How messages from one rank to another are ordered. The bytes of a message in order flow once its
// latency has passed and the message before it has been sent in full: latencies overlap, bytes do
// not, and messages arrive in the order in which they were sent, as on a TCP stream, a queue pair
// or a channel of NCCL.
enum class Connections : std::uint8_t {
  ordered,      // over one connection, in order
  independent,  // as if each had a connection of its own: they share links as all others do
};

// Which path a message takes where paths tie: where several have the least latency and, among
// those, the fewest links.
enum class Routing : std::uint8_t {
  ecmp,    // one of them, by a hash of its ends and its number (equal-cost multi-path routing)
  spread,  // all of them: every node sends equal parts over all of its links that are on one
  single,  // always the one with the lexicographically least sequence of link indices
  given,   // as `single`, but the message's number chooses between several given routes of a pair
};

// How contention can arise; closed forms ask for it.
enum class Wiring : std::uint8_t {
  star,             // each host has one full-duplex link to one switch; all links alike
  fully_connected,  // each pair of hosts has a link of its own; all links alike
  bus,              // one channel that every message crosses, whatever its ends
  general,          // anything else
};

struct Topology {
  std::string kind;                // as in the scenario: "star"
  std::vector<std::string> nodes;  // names, unique
  std::vector<NodeIndex> hosts;    // the nodes that compute, in rank order
  std::vector<Link> links;
  std::vector<Channel> channels;  // made from `links` by `make_channels`
  std::vector<ChannelIndex> first_channel_of_link;
  std::vector<RouteOverride> route_overrides;
  Routing routing = Routing::ecmp;
  // What a link is for in this kind of topology: "rack uplink". The first is empty: no special
  // role.
  std::vector<std::string> link_roles = {std::string()};
  Wiring wiring = Wiring::general;
  std::optional<NodeIndex> memory = std::nullopt;  // the memory that all hosts share; not a host
};

// Fills `channels` and `first_channel_of_link` from `links`.
void make_channels(Topology& topology);

// The path of a message. The span stays valid as long as the `Routes` that gave it.
struct Route {
  std::span<const ChannelIndex> channels;  // empty for a node to itself
  // If the message spreads over several paths: for each channel, the share of the message's bytes
  // that it carries. Null: each carries all of them.
  const double* shares = nullptr;
  Picoseconds latency;      // sum over the links of a path
  double bytes_per_s = 0;   // the most that a message alone can have; infinity without channels
  bool has_others = false;  // messages with other numbers may take other paths

  [[nodiscard]] double share(std::size_t hop) const { return shares == nullptr ? 1 : shares[hop]; }
};

// The number of a message, or connection, among those from one node to another, from 0; it counts
// modulo `numbered_paths`, a multiple of every number up to 10, so that paths are used evenly.
using PathNumber = std::uint16_t;
inline constexpr PathNumber numbered_paths = 2520;

// Finds routes: route overrides first, else the paths of least latency and, among those, of fewest
// links; where these tie, `Topology::routing` chooses. Under `ecmp`, message number n is routed hop
// by hop: at the first node with d > 1 links on best paths, it takes number (h + n) mod d of them,
// where h is a hash of the message's two ends and the node. At the next such node, floor(n / d)
// takes the place of n, and so on. So successive messages of a pair take different paths, and the
// choices of different pairs are independent of each other.
// Each route is computed when it is first asked for: O(links log nodes) for the first route to a
// destination on a general graph, O(length) on a star or fully connected graph, O(1) afterwards.
// For use by one thread at a time.
class Routes {
 public:
  explicit Routes(const Topology& topology);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  [[nodiscard]] const Topology& topology() const { return *topology_; }

  // Whether there is a path from one node to another (there is from a node to itself).
  [[nodiscard]] bool connects(NodeIndex from, NodeIndex to);

  // The route of message number `number` between two nodes; the topology must connect them.
  [[nodiscard]] Route between_nodes(NodeIndex from, NodeIndex to, PathNumber number = 0);
  [[nodiscard]] Route between_hosts(HostIndex from, HostIndex to, PathNumber number = 0);
  // Returns the number of the next message, or connection, from one node to another: 0, 1, ... with
  // every call, but always 0 if all take the same path.
  [[nodiscard]] PathNumber next_number(NodeIndex from, NodeIndex to);

  // Returns by channel whether any route between two hosts goes over it. On a general graph this is
  // O(hosts links log nodes + hosts^2 path length).
  [[nodiscard]] std::vector<bool> used_channels();

 private:
  struct Cache;
  const Topology* topology_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace lockstep::topologies
