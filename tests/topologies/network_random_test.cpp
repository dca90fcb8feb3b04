// Random networks under max-min fair sharing, beside a reference that solves from scratch.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/topologies/scratch_network.hpp"
#include "topologies/network.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::topologies {

namespace {

using tests::LinkChange;
using tests::NetworkCase;
using tests::ScratchRun;
using tests::SentMessage;

constexpr Picoseconds microsecond{1'000'000};

std::size_t one_of(sim::RandomStream& random, std::size_t count) {
  return static_cast<std::size_t>(random.below(count));
}

// Bandwidths that tie, and others.
double bandwidth(sim::RandomStream& random) {
  switch (random.below(4)) {
    case 0:
      return 1e9;
    case 1:
      return 2e9;
    case 2:
      return 1.25e9;
    default:
      return 1e8 + 2e9 * random.uniform();
  }
}

// Hosts behind switches, which a random tree and a few more links connect.
Topology random_graph(sim::RandomStream& random, std::size_t hosts) {
  TopologySpec spec;
  spec.kind = "custom";
  const Routing routings[] = {Routing::ecmp, Routing::single, Routing::spread};
  spec.routing = routings[one_of(random, 3)];
  const std::size_t switches = 1 + one_of(random, 5);
  const bool some_are_unshared = random.below(3) == 0;
  const auto link = [&](std::string from, std::string to) {
    spec.links.push_back({.from = std::move(from),
                          .to = std::move(to),
                          .bytes_per_s = bandwidth(random),
                          .latency_s = 1e-6 * static_cast<double>(1 + random.below(2)),
                          .duplex = random.below(4) == 0 ? Duplex::half : Duplex::full,
                          .unshared = some_are_unshared && random.below(4) == 0});
  };
  const auto name = [](char kind, std::size_t number) { return kind + std::to_string(number); };
  for (std::size_t host = 0; host < hosts; ++host) spec.nodes.push_back(name('h', host));
  spec.host_names = spec.nodes;
  for (std::size_t node = 0; node < switches; ++node) spec.nodes.push_back(name('s', node));
  for (std::size_t node = 1; node < switches; ++node)
    link(name('s', node), name('s', one_of(random, node)));
  for (std::size_t more = 0; more + 1 < switches; ++more) {
    const std::size_t from = one_of(random, switches);
    link(name('s', from), name('s', (from + 1) % switches));
  }
  for (std::size_t host = 0; host < hosts; ++host)
    link(name('h', host), name('s', one_of(random, switches)));
  return *find_topology_kind("custom")->build(spec);
}

// Some messages are alike, so that they end together; some are empty.
std::int64_t random_bytes(sim::RandomStream& random) {
  switch (random.below(8)) {
    case 0:
      return 0;
    case 1:
    case 2:
      return 100'000;
    default:
      return static_cast<std::int64_t>(1 + random.below(300'000));
  }
}

// Messages in bursts. To few receivers, if `gather`; each from a host of its own, if `own_senders`,
// so that the rate of that host's link is the rate of its message.
void add_messages(sim::RandomStream& random, NetworkCase& network, std::size_t count, bool gather,
                  bool own_senders) {
  const std::size_t hosts = network.topology.hosts.size();
  const std::size_t receivers = gather ? 2 : hosts;
  for (std::size_t index = 0; index < count; ++index) {
    SentMessage message;
    const std::size_t from = own_senders ? index : one_of(random, hosts);
    const std::size_t to = one_of(random, receivers);
    message.from = static_cast<NodeIndex>(from);
    message.to = static_cast<NodeIndex>(to == from ? (to + 1) % hosts : to);
    message.bytes = random_bytes(random);
    message.start =
        static_cast<std::int64_t>(random.below(20)) * (50 * microsecond) +
        Picoseconds{static_cast<std::int64_t>(random.below(3) == 0 ? random.below(50'000'000) : 0)};
    message.of_others = random.below(5) == 0;
    network.messages.push_back(message);
  }
}

// Lets messages between the same hosts go over one connection, in half of the cases.
void connect(sim::RandomStream& random, NetworkCase& network) {
  std::ranges::stable_sort(network.messages, {}, &SentMessage::start);
  if (random.below(2) == 0) return;
  for (SentMessage& message : network.messages) {
    if (message.of_others || message.connection >= 0) continue;
    const int number = network.connections++;
    for (SentMessage& other : network.messages)
      if (!other.of_others && other.from == message.from && other.to == message.to)
        other.connection = number;
  }
}

void add_changes(sim::RandomStream& random, NetworkCase& network) {
  for (std::uint64_t left = random.below(3); left > 0; --left) {
    const auto link = static_cast<LinkIndex>(one_of(random, network.topology.links.size()));
    const auto at = static_cast<std::int64_t>(random.below(500)) * microsecond;
    network.changes.push_back({link, at, false});
    network.changes.push_back({link, at + 300 * microsecond, true});
  }
  std::ranges::stable_sort(network.changes, {}, &LinkChange::at);
}

NetworkCase random_case(std::uint64_t number) {
  sim::RandomStream random(21, number);
  const bool own_senders = random.below(2) == 0;
  const std::size_t count = 2 + one_of(random, 120);
  const std::size_t hosts = own_senders ? count : 2 + one_of(random, 12);
  NetworkCase network;
  network.topology = random_graph(random, hosts);
  add_messages(random, network, count, random.below(2) == 0, own_senders);
  connect(random, network);
  if (random.below(2) == 0) add_changes(random, network);
  return network;
}

// Carries a case out, and looks at the rates of all channels between any two of its instants.
class Beside {
 public:
  Beside(const NetworkCase& network, const ScratchRun& reference, ManyFlows many)
      : case_(&network),
        reference_(&reference),
        network_(engine_, network.topology, Sharing::max_min, many),
        arrivals_(network.messages.size(), longest_run) {
    for (int number = 0; number < network.connections; ++number) {
      const auto first = std::ranges::find(network.messages, number, &SentMessage::connection);
      connections_.push_back(network_.open(first->from, first->to));
    }
    for (std::size_t index = 0; index < network.changes.size(); ++index)
      engine_.after(network.changes[index].at, event_of<&Beside::change>(index));
    for (std::size_t index = 0; index < network.messages.size(); ++index)
      engine_.after(network.messages[index].start, event_of<&Beside::send>(index));
    for (std::size_t index = 0; index + 1 < reference.rates.size(); ++index) {
      const Picoseconds since = reference.rates[index].since;
      const Picoseconds gap = reference.rates[index + 1].since - since;
      if (gap > Picoseconds{1000})
        engine_.after(since + Picoseconds{gap.ps / 2}, event_of<&Beside::compare_rates>(index));
    }
  }

  // Returns the largest difference between rates, as a part of the rate.
  double run() {
    const sim::Outcome outcome = engine_.run();
    CHECK(outcome.finished());
    return worst_;
  }
  [[nodiscard]] const std::vector<Picoseconds>& arrivals() const { return arrivals_; }

 private:
  void change(std::uint64_t index) {
    const LinkChange& change = case_->changes[index];
    change.carries ? network_.bring_up(change.link) : network_.take_down(change.link);
  }
  void send(std::uint64_t index) {
    const SentMessage& message = case_->messages[index];
    const sim::Event arrive = event_of<&Beside::arrive>(index);
    if (message.connection >= 0)
      network_.send(connections_[static_cast<std::size_t>(message.connection)], message.bytes,
                    arrive);
    else if (message.of_others)
      network_.send_for_others(message.from, message.to, message.bytes, arrive);
    else
      network_.send(message.from, message.to, message.bytes, arrive);
  }
  void arrive(std::uint64_t index) { arrivals_[index] = engine_.now(); }
  void compare_rates(std::uint64_t index) {
    const std::vector<double> rates = network_.channel_rates();
    const std::vector<double>& expected = reference_->rates[index].by_channel;
    for (std::size_t channel = 0; channel < rates.size(); ++channel)
      if (expected[channel] > 1)  // one that is down carries next to nothing
        worst_ = std::max(worst_, std::abs(rates[channel] / expected[channel] - 1));
      else
        worst_ = std::max(worst_, rates[channel]);
  }

  template <void (Beside::*member)(std::uint64_t)>
  [[nodiscard]] sim::Event event_of(std::uint64_t index) {
    return {
        [](void* self, std::uint64_t argument) { (static_cast<Beside*>(self)->*member)(argument); },
        this, index};
  }

  const NetworkCase* case_;
  const ScratchRun* reference_;
  sim::Engine engine_;
  Network network_;
  std::vector<ConnectionIndex> connections_;
  std::vector<Picoseconds> arrivals_;
  double worst_ = 0;
};

}  // namespace

TEST_CASE("network: random messages have the rates and arrivals of a solver from scratch") {
  // All are solved for together; all follow changes; the flows of a case begin to at some time.
  constexpr std::size_t never = ~std::size_t{0};
  const ManyFlows ways[] = {{never, 0}, {0, 0}, {12, 3}, {}};
  for (std::uint64_t number = 0; number < 400; ++number) {
    CAPTURE(number);
    const NetworkCase network = random_case(number);
    const ScratchRun reference = tests::run_from_scratch(network);
    for (const ManyFlows& many : ways) {
      CAPTURE(many.flows);
      Beside beside(network, reference, many);
      CHECK(beside.run() < 1e-9);
      // Every instant before it has been rounded up to a picosecond.
      for (std::size_t index = 0; index < reference.arrivals.size(); ++index) {
        const auto expected = static_cast<double>(reference.arrivals[index].ps);
        CHECK(std::abs(static_cast<double>(beside.arrivals()[index].ps) - expected) <=
              1e-9 * expected + 10);
      }
    }
  }
}

}  // namespace lockstep::topologies
