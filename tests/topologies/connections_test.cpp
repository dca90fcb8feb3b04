// Messages of one connection go in order; those of several share links as all others do.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random_stream.hpp"
#include "topologies/network.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::topologies {

namespace {

constexpr std::int64_t million = 1'000'000;
constexpr Picoseconds millisecond{1'000'000'000};
using Times = std::vector<Picoseconds>;

// A MB takes a millisecond.
Topology star(std::int64_t hosts, double latency_of_link_s) {
  TopologySpec spec;
  spec.kind = "star";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1e9;
  spec.link.latency_s = latency_of_link_s;
  return *find_topology_kind(spec.kind)->build(spec);
}

Times finish(const Topology& topology, Sharing sharing, const std::vector<RawFlow>& flows) {
  TrafficResult result = run_traffic(topology, sharing, flows);
  REQUIRE(result.outcome.finished());
  return result.finish;
}

std::vector<RawFlow> without_connections(std::vector<RawFlow> flows) {
  for (RawFlow& flow : flows) flow.connection = no_named_connection;
  return flows;
}

// Between random hosts, one connection a pair; some flows are empty, many begin at one moment.
std::vector<RawFlow> random_flows(sim::RandomStream& random, int hosts, int count) {
  std::vector<RawFlow> flows;
  for (int i = 0; i < count; ++i) {
    const auto from = static_cast<NodeIndex>(random.below(static_cast<std::uint64_t>(hosts)));
    const auto step =
        static_cast<NodeIndex>(1 + random.below(static_cast<std::uint64_t>(hosts - 1)));
    const NodeIndex to = (from + step) % hosts;
    const std::int64_t bytes =
        random.below(5) == 0 ? 0 : static_cast<std::int64_t>(random.below(2 * million));
    flows.push_back({from, to, bytes, static_cast<std::int64_t>(random.below(6)) * millisecond,
                     from * hosts + to});
  }
  return flows;
}

// In the order in which flows of one connection are sent.
std::vector<std::size_t> in_order_of_start(const std::vector<RawFlow>& flows) {
  std::vector<std::size_t> order(flows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return flows[a].start < flows[b].start; });
  return order;
}

}  // namespace

TEST_CASE("connections: latencies of one connection's messages overlap, their bytes do not") {
  // 1 ms of latency, 1 ms of bytes, both sent at 0: bytes flow from 1 to 2 ms, and from 2 to 3 ms.
  // Without a connection and with max_min, both flow at half the rate from 1 to 3 ms; without
  // sharing, both from 1 to 2 ms.
  const Topology two = star(2, 0.5e-3);
  const std::vector<RawFlow> flows = {{0, 1, million, {}, 0}, {0, 1, million, {}, 0}};
  const Times in_order = {2 * millisecond, 3 * millisecond};
  CHECK(finish(two, Sharing::max_min, flows) == in_order);
  CHECK(finish(two, Sharing::none, flows) == in_order);
  const std::vector<RawFlow> free = without_connections(flows);
  CHECK(finish(two, Sharing::max_min, free) == Times{3 * millisecond, 3 * millisecond});
  CHECK(finish(two, Sharing::none, free) == Times{2 * millisecond, 2 * millisecond});
}

TEST_CASE("connections: a message that is sent when the one before has arrived waits for nobody") {
  // The first is there at 2 ms; the second, sent at 4 ms, flows from 5 ms.
  const std::vector<RawFlow> flows = {{0, 1, million, {}, 0}, {0, 1, million, 4 * millisecond, 0}};
  for (const Sharing sharing : {Sharing::max_min, Sharing::none})
    CHECK(finish(star(2, 0.5e-3), sharing, flows) == Times{2 * millisecond, 6 * millisecond});
}

TEST_CASE("connections: messages of two connections share a link, each message in its turn") {
  // Two to host 1 over one connection, one to host 2: host 0's link gives the first and the third
  // half each until 2 ms, then all of it to the second: 3 ms. Three connections: a third each.
  const Topology three = star(3, 0);
  const std::vector<RawFlow> flows = {
      {0, 1, million, {}, 0}, {0, 1, million, {}, 0}, {0, 2, million, {}, 1}};
  CHECK(finish(three, Sharing::max_min, flows) ==
        Times{2 * millisecond, 3 * millisecond, 2 * millisecond});
  CHECK(finish(three, Sharing::max_min, without_connections(flows)) ==
        Times{3 * millisecond, 3 * millisecond, 3 * millisecond});
}

TEST_CASE("connections: two between one pair of nodes are independent of each other") {
  const std::vector<RawFlow> flows = {{0, 1, million, {}, 0}, {0, 1, million, {}, 1}};
  CHECK(finish(star(2, 0), Sharing::none, flows) == Times{millisecond, millisecond});
  CHECK(finish(star(2, 0), Sharing::max_min, flows) == Times{2 * millisecond, 2 * millisecond});
}

TEST_CASE("connections: an empty message does not pass a long one") {
  // 3 MB and nothing: both are there at 3 ms. Without a connection the second is there at once.
  const std::vector<RawFlow> flows = {{0, 1, 3 * million, {}, 0}, {0, 1, 0, {}, 0}};
  for (const Sharing sharing : {Sharing::max_min, Sharing::none}) {
    CHECK(finish(star(2, 0), sharing, flows) == Times{3 * millisecond, 3 * millisecond});
    CHECK(finish(star(2, 0), sharing, without_connections(flows)).back() == Picoseconds{});
  }
}

TEST_CASE("connections: single_port has a host's messages in order without them") {
  sim::RandomStream random(11, 0);
  const Topology four = star(4, 1e-5);
  for (int round = 0; round < 20; ++round) {
    const std::vector<RawFlow> flows = random_flows(random, 4, 40);
    CHECK(finish(four, Sharing::single_port, flows) ==
          finish(four, Sharing::single_port, without_connections(flows)));
  }
}

TEST_CASE("connections: messages arrive in the order in which they were sent") {
  sim::RandomStream random(12, 0);
  const Topology four = star(4, 1e-5);
  for (int round = 0; round < 40; ++round) {
    const std::vector<RawFlow> flows = random_flows(random, 4, 60);
    for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min}) {
      const Times ends = finish(four, sharing, flows);
      std::vector<Picoseconds> last(16);
      for (const std::size_t flow : in_order_of_start(flows)) {
        Picoseconds& before = last[static_cast<std::size_t>(flows[flow].connection)];
        CHECK(ends[flow] >= before);
        before = ends[flow];
      }
    }
  }
}

TEST_CASE("connections: without sharing, no message is faster in order than alone") {
  sim::RandomStream random(13, 0);
  const Topology four = star(4, 1e-5);
  for (int round = 0; round < 40; ++round) {
    const std::vector<RawFlow> flows = random_flows(random, 4, 60);
    const Times in_order = finish(four, Sharing::none, flows);
    const Times alone = finish(four, Sharing::none, without_connections(flows));
    for (std::size_t flow = 0; flow < flows.size(); ++flow) CHECK(in_order[flow] >= alone[flow]);
  }
}

TEST_CASE("connections: one pair's link is as busy in order as shared, and frees most sooner") {
  // Between two hosts alone the link works whenever bytes are left, in whichever order: the last
  // message is there at the same time. Of messages of one length, in order the k-th is never later.
  sim::RandomStream random(14, 0);
  for (int round = 0; round < 40; ++round) {
    std::vector<RawFlow> flows;
    for (int i = 0; i < 30; ++i)
      flows.push_back(
          {0, 1, million, static_cast<std::int64_t>(random.below(40)) * millisecond, 0});
    const Times in_order = finish(star(2, 1e-4), Sharing::max_min, flows);
    const Times shared = finish(star(2, 1e-4), Sharing::max_min, without_connections(flows));
    const Picoseconds rounding{30};  // 1 ps a message
    const Picoseconds last = *std::ranges::max_element(in_order);
    const Picoseconds last_shared = *std::ranges::max_element(shared);
    CHECK(last <= last_shared + rounding);
    CHECK(last_shared <= last + rounding);
    for (std::size_t flow = 0; flow < flows.size(); ++flow)
      CHECK(in_order[flow] <= shared[flow] + rounding);
  }
}

TEST_CASE(
    "connections: the order in which simultaneous messages of different ones are given "
    "changes no finish") {
  sim::RandomStream random(15, 0);
  const Topology six = star(6, 1e-5);
  for (int round = 0; round < 20; ++round) {
    const std::vector<RawFlow> flows = random_flows(random, 6, 80);
    const Times first = finish(six, Sharing::max_min, flows);
    // By connection, so that those of one stay in order.
    std::vector<std::size_t> order(flows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return flows[a].connection > flows[b].connection;
    });
    std::vector<RawFlow> sorted;
    for (const std::size_t flow : order) sorted.push_back(flows[flow]);
    const Times second = finish(six, Sharing::max_min, sorted);
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(second[i] == first[order[i]]);
  }
}

TEST_CASE("connections: all bytes arrive, and no link carries more than it can") {
  sim::RandomStream random(16, 0);
  const Topology four = star(4, 1e-5);
  for (int round = 0; round < 20; ++round) {
    sim::Engine engine;
    Network network(engine, four, Sharing::max_min);
    std::vector<ConnectionIndex> connections;
    for (NodeIndex to = 1; to < 4; ++to)
      for (int twice = 0; twice < 2; ++twice) connections.push_back(network.open(0, to));
    struct Watch {
      Network* network;
      int arrived = 0;
      void arrive() {
        ++arrived;
        for (const double rate : network->channel_rates()) CHECK(rate <= 1e9 * (1 + 1e-12));
      }
    } watch{&network};
    Count sent = 0;
    for (int i = 0; i < 60; ++i) {
      const auto bytes = static_cast<std::int64_t>(random.below(million));
      sent += bytes;
      network.send(
          connections[random.below(connections.size())], bytes,
          {[](void* self, std::uint64_t) { static_cast<Watch*>(self)->arrive(); }, &watch, 0});
    }
    REQUIRE(engine.run().finished());
    CHECK(watch.arrived == 60);
    // Each message crosses two channels. Host 0's was busy all the time that its bytes take.
    Count carried = 0;
    for (const ChannelLoad& load : network.loads()) carried += load.bytes;
    CHECK(carried == 2 * sent);
    CHECK(network.loads().front().busy.seconds() == doctest::Approx(to_double(sent) / 1e9));
  }
}

}  // namespace lockstep::topologies
