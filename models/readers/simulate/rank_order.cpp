#include "models/readers/simulate/rank_order.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"
#include "topologies/rank_order.hpp"

namespace lockstep::models {

using topologies::HostIndex;

namespace {

// By host: the rank that runs on it.
std::vector<HostIndex> places_of(const std::vector<HostIndex>& order) {
  std::vector<HostIndex> places(order.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank)
    places[static_cast<std::size_t>(order[rank])] = static_cast<HostIndex>(rank);
  return places;
}

}  // namespace

Cluster in_rank_order(const Cluster& cluster, const std::vector<HostIndex>& order) {
  Cluster other = cluster;
  other.topology =
      std::make_shared<const topologies::Topology>(topologies::in_order(*cluster.topology, order));
  if (cluster.devices.size() == order.size())
    for (std::size_t rank = 0; rank < order.size(); ++rank)
      other.devices[rank] = cluster.device_of_host(order[rank]);
  const std::vector<HostIndex> places = places_of(order);
  for (BackgroundTraffic& traffic : other.background)
    for (std::optional<HostIndex>* end : {&traffic.from, &traffic.to})
      if (*end) *end = places[static_cast<std::size_t>(**end)];
  return other;
}

Setup in_rank_order(const Setup& setup, const std::vector<HostIndex>& order) {
  Setup other = setup;
  other.cluster = in_rank_order(setup.cluster, order);
  return other;
}

Failures in_rank_order(const Failures& failures, const std::vector<HostIndex>& order) {
  Failures other = failures;
  const std::vector<HostIndex> places = places_of(order);
  for (GivenFailure& failure : other.given)
    failure.host = places[static_cast<std::size_t>(failure.host)];
  return other;
}

namespace {

constexpr int most_orders = 1000;
constexpr std::uint64_t most_events = 20'000'000;
constexpr std::uint64_t stream_of_swaps = 0x5ead0;  // apart from those of workers

class Search {
 public:
  Search(const Setup& setup, const sim::RunControl& control) : setup_(&setup), control_(&control) {}

  [[nodiscard]] std::optional<BestRankOrder> run() {
    const topologies::Topology& topology = *setup_->cluster.topology;
    std::vector<HostIndex> order(topology.hosts.size());
    std::iota(order.begin(), order.end(), 0);
    if (!try_order(order)) return std::nullopt;
    best_.as_numbered = best_.makespan;
    for (const auto& other :
         {topologies::block_order(topology), topologies::cyclic_order(topology)})
      if (other != order && may_go_on() && !try_order(other)) return std::nullopt;
    sim::RandomStream random(setup_->training.seed, stream_of_swaps);
    // Only hosts with a rank matter, and a swap needs two hosts.
    const auto used = static_cast<std::uint64_t>(hosts_used());
    while (order.size() > 1 && used > 0 && may_go_on()) {
      std::vector<HostIndex> swapped = best_.hosts;
      const std::uint64_t first = random.below(used);
      const std::uint64_t second = random.below(swapped.size());
      if (first == second) continue;
      std::swap(swapped[first], swapped[second]);
      if (!try_order(swapped)) return std::nullopt;
    }
    return std::move(best_);
  }

 private:
  // Simulates the run in that order and keeps the order if it is the best so far. An order in which
  // the run does not end is not. Returns whether to go on: the search was not stopped, and the
  // hosts as they are numbered, the first order, had an end.
  [[nodiscard]] bool try_order(const std::vector<HostIndex>& order) {
    const Simulated run = simulate(in_rank_order(*setup_, order), *control_);
    events_ += run.events;
    ++best_.tried;
    if (!run.outcome.finished())
      return run.outcome.kind != sim::Outcome::Kind::stopped && !best_.hosts.empty();
    if (best_.hosts.empty() || run.makespan < best_.makespan) {
      best_.hosts = order;
      best_.makespan = run.makespan;
    }
    return true;
  }
  [[nodiscard]] bool may_go_on() const {
    const auto tried = static_cast<std::uint64_t>(best_.tried);
    return best_.tried < most_orders && events_ + events_ / tried <= most_events;
  }
  [[nodiscard]] int hosts_used() const {
    int used = 0;
    for (Rank rank = 0; rank < setup_->ranks(); ++rank)
      used = std::max(used, setup_->host_of(rank) + 1);
    return used;
  }

  const Setup* setup_;
  const sim::RunControl* control_;
  BestRankOrder best_;
  std::uint64_t events_ = 0;
};

}  // namespace

std::optional<BestRankOrder> best_rank_order(const Setup& setup, const sim::RunControl& control) {
  return Search(setup, control).run();
}

}  // namespace lockstep::models
