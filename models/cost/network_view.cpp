#include "models/cost/network_view.hpp"

#include <algorithm>
#include <vector>

namespace lockstep::models {

namespace {

// What the processors at both ends add to a message.
Picoseconds endpoint_time(const Endpoint& endpoint, std::int64_t bytes) {
  if (endpoint.is_free()) return {};
  return ceil_seconds(2 * endpoint.overhead_s +
                      static_cast<double>(bytes) / endpoint.copy_bytes_per_s);
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
  const topologies::Route path = route(from, to);
  const double rate = path.bytes_per_s / static_cast<double>(sharers);
  const Picoseconds busy = endpoint_time(setup_->cluster.endpoint, bytes);
  return saturating_add(saturating_add(path.latency, busy),
                        ceil_seconds(static_cast<double>(bytes) / rate));
}

Picoseconds NetworkView::latency(Rank from, Rank to) {
  if (setup_->host_of(from) == setup_->host_of(to)) return {};
  return route(from, to).latency;
}

double NetworkView::transfer_s(Rank from, Rank to, std::int64_t bytes) {
  return static_cast<double>(bytes) / route(from, to).bytes_per_s;
}

// On a general graph: the last message of the round arrives when the channel that is loaded most,
// for its bandwidth, has let all of its messages through.
Round NetworkView::round(std::span<const Pair> pairs, std::int64_t bytes) {
  Round result;
  if (pairs.empty()) return result;
  if (uniform()) {
    result.slowest_s = message(pairs.front().first, pairs.front().second, bytes).seconds();
    return result;
  }
  std::vector<std::int64_t> flows(setup_->cluster.topology->channels.size(), 0);
  const bool shared = setup_->cluster.sharing == Sharing::max_min;
  for (const auto& [from, to] : pairs)
    for (const auto channel : route(from, to).channels) ++flows[static_cast<std::size_t>(channel)];
  Picoseconds fastest = longest_run;
  Picoseconds slowest;
  for (const auto& [from, to] : pairs) {
    const topologies::Route path = route(from, to);
    double drain_s = static_cast<double>(bytes) / path.bytes_per_s;
    for (const auto channel : path.channels) {
      const std::int64_t load = flows[static_cast<std::size_t>(channel)];
      result.contended = result.contended || (shared && load > 1);
      const double rate =
          setup_->cluster.topology->channels[static_cast<std::size_t>(channel)].bytes_per_s;
      if (shared) drain_s = std::max(drain_s, static_cast<double>(bytes * load) / rate);
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
