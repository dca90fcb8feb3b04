#include "models/cost/network_view.hpp"

#include <algorithm>
#include <vector>

#include "models/cost/route_between.hpp"

namespace lockstep::models {

namespace {

constexpr double rounding = 1e-12;  // of sums of shares

// What the processors at both ends add to a message.
Picoseconds endpoint_time(const Endpoint& endpoint, std::int64_t bytes) {
  if (endpoint.is_free()) return {};
  return ceil_seconds(2 * endpoint.overhead_s +
                      static_cast<double>(bytes) / endpoint.copy_bytes_per_s);
}

// What of a message's route tells how long it takes alone.
struct Way {
  Picoseconds latency;
  double bytes_per_s;
};

Way way(const Setup& setup, NetworkView& network, Rank from, Rank to) {
  topologies::DirectRoute direct;
  const topologies::Route route = route_between(setup, network, from, to, direct);
  return {route.latency, route.bytes_per_s};
}

Picoseconds message_time(const Endpoint& endpoint, const Way& way, std::int64_t bytes) {
  return saturating_add(saturating_add(way.latency, endpoint_time(endpoint, bytes)),
                        ceil_seconds(static_cast<double>(bytes) / way.bytes_per_s));
}

}  // namespace

void ClaimedTime::weaken(TimeClaim other, std::string reason) {
  if (other == TimeClaim::exact || other == claim) return;
  claim = claim == TimeClaim::exact ? other : TimeClaim::estimate;
  if (leaves_out.empty()) leaves_out = std::move(reason);
}

void weaken_by_unequal_devices(const Setup& setup, ClaimedTime& time) {
  if (!setup.same_devices())
    time.weaken(TimeClaim::estimate, "unequal devices: all are taken to be as slow as the slowest");
}

Picoseconds NetworkView::message(Rank from, Rank to, std::int64_t bytes, std::int64_t sharers) {
  if (setup_->host_of(from) == setup_->host_of(to)) return {};
  Way alone = way(*setup_, *this, from, to);
  alone.bytes_per_s /= static_cast<double>(sharers);
  return message_time(setup_->cluster.endpoint, alone, bytes);
}

Picoseconds NetworkView::message(const topologies::Route& route, std::int64_t bytes) const {
  return message_time(setup_->cluster.endpoint, {route.latency, route.bytes_per_s}, bytes);
}

Picoseconds NetworkView::latency(Rank from, Rank to) {
  if (setup_->host_of(from) == setup_->host_of(to)) return {};
  return way(*setup_, *this, from, to).latency;
}

double NetworkView::transfer_s(Rank from, Rank to, std::int64_t bytes) {
  return static_cast<double>(bytes) / way(*setup_, *this, from, to).bytes_per_s;
}

// On a general graph: the last message of the round arrives when the channel that is loaded most,
// for its bandwidth, has let all of its messages through.
Round NetworkView::round(std::span<const Pair> pairs, std::int64_t bytes,
                         std::span<const topologies::PathNumber> numbers) {
  Round result;
  if (pairs.empty()) return result;
  if (uniform()) {
    result.slowest_s = message(pairs.front().first, pairs.front().second, bytes).seconds();
    return result;
  }
  // The messages over each channel; parts of one count as such.
  const auto& channels = setup_->cluster.topology->channels;
  std::vector<double> flows(channels.size(), 0);
  const bool shared = setup_->cluster.sharing == Sharing::max_min;
  std::vector<topologies::Route> paths;
  paths.reserve(static_cast<std::size_t>(groups_.count) * pairs.size());
  for (int group = 0; group < groups_.count; ++group)
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const Rank later = group * groups_.stride;
      const topologies::Route& path = paths.emplace_back(
          route(pairs[i].first + later, pairs[i].second + later, numbers.empty() ? 0 : numbers[i]));
      for (std::size_t hop = 0; hop < path.channels.size(); ++hop)
        flows[static_cast<std::size_t>(path.channels[hop])] += path.share(hop);
    }
  Picoseconds fastest = longest_run;
  Picoseconds slowest;
  for (const topologies::Route& path : paths) {
    double drain_s = static_cast<double>(bytes) / path.bytes_per_s;
    for (std::size_t hop = 0; hop < path.channels.size(); ++hop) {
      const auto index = static_cast<std::size_t>(path.channels[hop]);
      if (!shared || channels[index].unshared) continue;
      const double full_s = static_cast<double>(bytes) * flows[index] / channels[index].bytes_per_s;
      // Parts of messages share channels that are wide enough for all of them.
      const bool meets = path.shares == nullptr
                             ? flows[index] > 1
                             : full_s > drain_s * (1 + rounding) && flows[index] > path.share(hop);
      result.contended = result.contended || meets;
      drain_s = std::max(drain_s, full_s);
    }
    const Picoseconds busy = endpoint_time(setup_->cluster.endpoint, bytes);
    const Picoseconds span =
        saturating_add(saturating_add(path.latency, busy), ceil_seconds(drain_s));
    fastest = std::min(fastest, span);
    slowest = std::max(slowest, span);
  }
  result.slowest_s = slowest.seconds();
  result.alike = fastest == slowest;
  return result;
}

}  // namespace lockstep::models
