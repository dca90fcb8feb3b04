// The network of a run: it takes messages, and delivers them when the topology and the sharing rule
// let it.
//
// A message spends the latency of its route first and then needs bandwidth for its bytes:
//   none         it has the narrowest bandwidth of its route for itself;
//   single_port  it waits until its sender is free, in order of sending; then until its receiver
//                is, in order of asking; then both are taken for latency + bytes / bandwidth;
//   max_min      its flow has the rate that max-min fair sharing gives it, at every moment.
// A message that spreads over several paths is one flow: each of its channels carries a fixed share
// of its rate. An unshared channel limits each of its flows to its bandwidth, but not their sum.
//
// Messages of one connection also go in order: the bytes of a message flow once its latency has
// passed and the message before it has been sent in full. So latencies overlap and bytes do not,
// and messages arrive in the order in which they were sent. Example: two messages with 1 ms of
// latency and 1 ms of bytes each are sent at 0. On one connection, the first flows from 1 to 2 ms
// and the second from 2 to 3 ms. Without a connection both flow from 1 ms, at half the rate
// (max_min), to 3 ms. Under `single_port` the messages of one sender are in order anyway.
//
// With `max_min`, flows that start or end mark their channels; at the end of the instant one solve
// finds new rates for the flows connected to them through shared channels, and for no others. These
// flows become a group with one event, for the first of them to end: n flows whose rates all change
// cost O(n) and one event. A flow that shares no channel is not solved for and has an event of its
// own.
//
// That suits flows that start and end together, as those of a collective do. Where few of many
// flows start or end in an instant, as at a parameter server, all of a solve's flows would pay for
// each of these. So a solve for at least `ManyFlows::flows`, and for `ManyFlows::a_change` or more
// for each that has started or ended, is not made: its flows become *shared flows*, which follow
// changes (shared_flows.hpp), and so do all that come to share a channel with them, until their
// channels are empty. Both ways give max-min rates; times differ by the picoseconds of their
// rounding. Flows stay with the first way on networks with channels below 1 MB/s or above 100 TB/s,
// which the second could not count exactly, and if they spread over several paths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "sim/base/count.hpp"
#include "sim/engine.hpp"
#include "topologies/fair_sharing.hpp"
#include "topologies/shared_flows.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {

// The traffic that has gone over a channel.
struct ChannelLoad {
  Count bytes = 0;   // rounded if it carried parts of messages that spread
  Picoseconds busy;  // while at least one message was on it
};

// A connection of a network, or none.
using ConnectionIndex = std::uint32_t;
inline constexpr ConnectionIndex no_connection = ~0U;

// From which solve on flows follow changes. Following costs what a solve for a few dozen flows
// does; with the defaults small clusters keep their times to the picosecond. Tests have all flows
// follow changes, or none.
struct ManyFlows {
  std::size_t flows = 64;
  std::size_t a_change = 16;
};

class Network {
 public:
  Network(sim::Engine& engine, const Topology& topology, Sharing sharing, ManyFlows many = {});
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Sends `bytes` (at least 0) between two distinct nodes; `delivered` runs when the last byte
  // arrives. The message waits for others only as the sharing rule says.
  void send(NodeIndex from, NodeIndex to, std::int64_t bytes, sim::Event delivered) {
    send(from, to, next_number(from, to), bytes, delivered);
  }
  // Sends the message of that number, which `next_number` has returned.
  void send(NodeIndex from, NodeIndex to, PathNumber number, std::int64_t bytes,
            sim::Event delivered);
  // Sends a message of somebody else: it shares the network but is in no `loads`.
  void send_for_others(NodeIndex from, NodeIndex to, std::int64_t bytes, sim::Event delivered);
  [[nodiscard]] PathNumber next_number(NodeIndex from, NodeIndex to) {
    return routes_.next_number(from, to);
  }
  // Opens a connection between two distinct nodes; `send` then sends messages over it.
  [[nodiscard]] ConnectionIndex open(NodeIndex from, NodeIndex to);
  void send(ConnectionIndex connection, std::int64_t bytes, sim::Event delivered);
  [[nodiscard]] PathNumber number_of(ConnectionIndex connection) const {
    return connections_[connection].number;
  }
  [[nodiscard]] const Route& route_of(ConnectionIndex connection) const {
    return connections_[connection].route;
  }
  // Returns the first path that messages from one node to another take; on most networks, the only
  // one.
  [[nodiscard]] Route route_between(NodeIndex from, NodeIndex to) {
    return routes_.between_nodes(from, to);
  }
  // Whether no message is under way.
  [[nodiscard]] bool idle() const { return free_messages_.size() == messages_.size(); }
  // Counts what channel number `hop` of a route has carried of messages of `bytes` in all, which
  // were not sent one by one.
  void add_load(const Route& route, std::size_t hop, Count bytes, Picoseconds busy);
  // The same for a channel that carries all of its messages' bytes.
  void add_load(ChannelIndex channel, Count bytes, Picoseconds busy);

  // Max-min only: from now on the link carries nothing, so that flows over it wait; or it carries
  // flows again. Routes stay as they are, and unshared links stay up.
  void take_down(LinkIndex link) { set_carries(link, false); }
  void bring_up(LinkIndex link) { set_carries(link, true); }

  [[nodiscard]] const Topology& topology() const { return routes_.topology(); }
  [[nodiscard]] std::vector<ChannelLoad> loads() const;

  // Returns the current rate of every channel, in bytes per second, for checks: under max_min, the
  // sum over its flows; 0 for unshared channels, whose flows are not listed.
  [[nodiscard]] std::vector<double> channel_rates() const;

 private:
  using MessageIndex = std::uint32_t;
  static constexpr std::uint32_t none = ~0U;

  struct MessageState {
    Route route;
    sim::Event delivered;
    double bytes = 0;
    NodeIndex from = 0;
    NodeIndex to = 0;
    sim::EventHandle end = {};  // max_min: of a flow that shares no channel
    ConnectionIndex connection = no_connection;
    MessageIndex next = none;  // max_min: the next message on its connection
    bool may_flow = false;     // max_min, on a connection: its latency has passed
    bool of_others = false;
  };
  struct Connection {
    Route route;
    NodeIndex from = 0;
    NodeIndex to = 0;
    PathNumber number = 0;
    Picoseconds free_at = {};   // none: when the last message so far has been sent in full
    MessageIndex first = none;  // max_min: the message whose turn it is
    MessageIndex last = none;
  };
  // max_min: the part of a message that solves read and change; small, because they go through all
  // of them.
  struct Flow {
    std::span<const ChannelIndex> channels;
    const double* shares = nullptr;  // as in the route
    double left_bytes = 0;           // at `rated_at`
    double bytes_per_s = 0;          // since `rated_at`
    Picoseconds rated_at;
    Picoseconds ends_at;
    std::uint32_t group = none;
    std::uint32_t visit = 0;   // the last solve that touched it
    std::uint64_t number = 0;  // in the order in which flows begin

    // Returns the share of its rate that one of its channels carries.
    [[nodiscard]] double share_of(ChannelIndex channel) const {
      if (shares == nullptr) return 1;
      return shares[std::find(channels.begin(), channels.end(), channel) - channels.begin()];
    }
  };
  struct ChannelState {
    std::vector<MessageIndex> flows;  // max_min: oldest first
    std::uint32_t messages = 0;
    std::uint32_t visit = 0;
    std::uint32_t local = 0;  // its number in the problem being solved
    bool is_down = false;
    Picoseconds busy_since;
    ChannelLoad load;
    double parts_bytes = 0;  // of messages that spread over several paths
  };
  // Flows that were solved for together. A flow that has since been solved for again has left.
  struct Group {
    std::vector<MessageIndex> members;  // may name some that have left
    std::uint32_t present = 0;
    sim::EventHandle first_end;
  };
  struct Port {
    std::deque<MessageIndex> to_send;     // the first holds the sending side
    std::deque<MessageIndex> to_receive;  // the first holds the receiving side
  };

  void send(MessageIndex index, std::int64_t bytes);
  void add_to_loads(const Route& route, std::int64_t bytes);
  [[nodiscard]] Picoseconds end_alone(const MessageState& message);
  [[nodiscard]] MessageIndex new_message();
  void occupy(const MessageState& message);
  void vacate(const MessageState& message);
  void finish(MessageIndex index);

  void ask_receiver(MessageIndex index);
  void start_on_ports(MessageIndex index);
  void end_on_ports(MessageIndex index);

  void queue_on_connection(MessageIndex index);
  void end_latency(MessageIndex index);
  void next_on_connection(MessageIndex index);
  void start_flow(MessageIndex index);
  void end_flow(MessageIndex index);
  void stop_flow(MessageIndex index);
  bool enter_channels(MessageIndex index);
  bool leave_channels(MessageIndex index);
  [[nodiscard]] bool is_unshared(ChannelIndex channel) const {
    return has_unshared_ && topology().channels[static_cast<std::size_t>(channel)].unshared;
  }
  void set_carries(LinkIndex link, bool carries);
  [[nodiscard]] double capacity_of(ChannelIndex channel) const;
  [[nodiscard]] bool crosses_down(const Flow& flow) const;
  void mark(const MessageState& message);
  void mark_channel(ChannelIndex channel);
  void schedule_solve();
  void solve_marked();
  void collect_touched();
  void collect_from(ChannelIndex marked);
  void add_flows_from(std::size_t first);
  void regroup_touched();
  void add_channel(ChannelIndex channel);
  void add_flow(MessageIndex index);
  void set_rate(Flow& flow, double bytes_per_s) const;
  void leave_group(MessageIndex index);
  [[nodiscard]] std::uint32_t new_group();
  void await_first_end(std::uint32_t group);
  void end_first_of_group(std::uint32_t group);

  // Of shared flows (network_shared.cpp).
  [[nodiscard]] bool can_share(const Topology& topology) const;
  [[nodiscard]] bool is_shared(ChannelIndex channel) const {
    return shared_.size() > 0 &&
           shared_.levels().flows_over(static_cast<std::uint32_t>(channel)) > 0;
  }
  void set_shared_capacity(std::size_t channel);
  [[nodiscard]] bool meets_shared(const Flow& flow) const;
  void begin_shared(MessageIndex index);
  void start_shared(MessageIndex index);
  void move_to_shared(std::size_t first);
  [[nodiscard]] std::uint32_t limit_channel(double bytes_per_s);
  void settle_shared();
  void end_shared(MessageIndex);
  void add_shared_rates(std::vector<double>& rates) const;

  template <void (Network::*member)(MessageIndex)>
  [[nodiscard]] sim::Event event_of(MessageIndex index) {
    return {[](void* self, std::uint64_t argument) {
              (static_cast<Network*>(self)->*member)(static_cast<MessageIndex>(argument));
            },
            this, index};
  }

  sim::Engine* engine_;
  Routes routes_;
  Sharing sharing_;
  std::vector<MessageState> messages_;
  std::vector<Connection> connections_;
  std::vector<Flow> flows_;  // by message
  std::uint64_t flows_begun_ = 0;
  std::vector<MessageIndex> free_messages_;
  std::vector<ChannelState> channels_;
  std::vector<Port> ports_;  // single_port, by node

  bool has_unshared_;
  std::size_t channels_down_ = 0;
  std::vector<ChannelIndex> marked_;
  bool solve_scheduled_ = false;
  std::uint32_t visit_ = 0;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> free_groups_;
  std::vector<ChannelIndex> touched_channels_;
  std::vector<MessageIndex> touched_messages_;
  SharingProblem problem_;
  FairSharing fair_sharing_;

  ManyFlows many_;
  bool can_share_;
  std::size_t changes_ = 0;  // flows that share channels and have begun or ended in this instant
  SharedFlows shared_;
  bool has_shared_ = false;                         // and had since the run began
  bool shared_changed_ = false;                     // since it was settled
  std::map<double, std::uint32_t> limit_channels_;  // by bytes per second
  Picoseconds shared_end_at_ = longest_run;
  sim::EventHandle shared_end_;
  std::vector<std::uint32_t> hops_;  // of a shared flow
  std::vector<MessageIndex> ended_;  // shared flows, at this instant
};

}  // namespace lockstep::topologies
