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
};

// A channel, which flows share. A full-duplex link is two channels: its own direction first, then
// the reverse.
struct Channel {
  LinkIndex link = 0;
  NodeIndex from = 0;
  NodeIndex to = 0;
  double bytes_per_s = 0;
};

// Makes the route from one node to another go over the given links, in order.
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
  Wiring wiring = Wiring::general;
  std::optional<NodeIndex> memory = std::nullopt;  // the memory that all hosts share; not a host
};

// Fills `channels` and `first_channel_of_link` from `links`.
void make_channels(Topology& topology);

// The path of a message. The span stays valid as long as the `Routes` that gave it.
struct Route {
  std::span<const ChannelIndex> channels;  // empty for a node to itself
  Picoseconds latency;                     // sum over the links
  double bytes_per_s = 0;                  // of the narrowest channel; infinity if there is none
};

// Finds routes by the contract's rule: least latency, then fewest links, then the lexicographically
// least sequence of link indices; route overrides come first. Each route is computed when it is
// first asked for: O(links log nodes) for the first route to a destination on a general graph,
// O(length) on a star or fully connected graph, O(1) afterwards. For use by one thread at a time.
class Routes {
 public:
  explicit Routes(const Topology& topology);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  [[nodiscard]] const Topology& topology() const { return *topology_; }

  // Whether there is a path from one node to another (there is from a node to itself).
  [[nodiscard]] bool connects(NodeIndex from, NodeIndex to);

  // The route between two nodes; the topology must connect them.
  [[nodiscard]] Route between_nodes(NodeIndex from, NodeIndex to);
  [[nodiscard]] Route between_hosts(HostIndex from, HostIndex to);

 private:
  struct Cache;
  const Topology* topology_;
  std::unique_ptr<Cache> cache_;
};

}  // namespace lockstep::topologies
