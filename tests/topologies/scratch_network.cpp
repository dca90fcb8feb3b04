#include "tests/topologies/scratch_network.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "topologies/fair_sharing.hpp"

namespace lockstep::tests {

namespace {

using topologies::Route;

struct Message {
  Route route;
  Picoseconds may_flow_at;
  double left_bytes = 0;
  double bytes_per_s = 0;
  Picoseconds ends_at = longest_run;
  bool flows = false;
  bool arrived = false;
};

class Scratch {
 public:
  explicit Scratch(const NetworkCase& network)
      : network_(&network), routes_(network.topology), down_(network.topology.links.size()) {
    std::vector<std::optional<Route>> connections(static_cast<std::size_t>(network.connections));
    for (int number = 0; number < network.connections; ++number)
      for (const SentMessage& sent : network.messages)
        if (sent.connection == number && !connections[static_cast<std::size_t>(number)])
          connections[static_cast<std::size_t>(number)] = next_route(sent);
    for (const SentMessage& sent : network.messages) {
      const Route route = sent.connection < 0
                              ? next_route(sent)
                              : *connections[static_cast<std::size_t>(sent.connection)];
      messages_.push_back({.route = route,
                           .may_flow_at = sent.start + route.latency,
                           .left_bytes = static_cast<double>(sent.bytes)});
    }
    run_.arrivals.assign(messages_.size(), longest_run);
  }

  ScratchRun run() {
    while (true) {
      const Picoseconds next = next_instant();
      if (next == longest_run) return std::move(run_);
      pass_until(next);
      while (begin_and_end()) {
      }
      solve();
    }
  }

 private:
  [[nodiscard]] Route next_route(const SentMessage& sent) {
    return routes_.between_nodes(sent.from, sent.to, routes_.next_number(sent.from, sent.to));
  }

  [[nodiscard]] Picoseconds next_instant() const {
    Picoseconds next = longest_run;
    for (const LinkChange& change : network_->changes)
      if (change.at > now_) next = std::min(next, change.at);
    for (const Message& message : messages_) {
      if (message.arrived) continue;
      if (message.may_flow_at > now_) next = std::min(next, message.may_flow_at);
      if (message.flows) next = std::min(next, message.ends_at);
    }
    return next;
  }

  void pass_until(Picoseconds next) {
    const double passed_s = (next - now_).seconds();
    for (Message& message : messages_)
      if (message.flows && !message.arrived)
        message.left_bytes = std::max(0.0, message.left_bytes - message.bytes_per_s * passed_s);
    now_ = next;
    for (const LinkChange& change : network_->changes)
      if (change.at == now_) down_[static_cast<std::size_t>(change.link)] = !change.carries;
  }

  [[nodiscard]] bool waits_for_another(std::size_t index) const {
    if (network_->messages[index].connection < 0) return false;
    for (std::size_t before = 0; before < index; ++before)
      if (network_->messages[before].connection == network_->messages[index].connection &&
          !messages_[before].arrived)
        return true;
    return false;
  }

  // Returns whether anything has begun or ended.
  bool begin_and_end() {
    bool any = false;
    for (std::size_t index = 0; index < messages_.size(); ++index) {
      Message& message = messages_[index];
      if (message.arrived) continue;
      if (!message.flows && message.may_flow_at <= now_ && !waits_for_another(index)) {
        message.flows = any = true;
        message.ends_at = network_->messages[index].bytes == 0 ? now_ : longest_run;
      }
      if (message.flows && message.ends_at <= now_) {
        message.arrived = any = true;
        run_.arrivals[index] = now_;
      }
    }
    return any;
  }

  [[nodiscard]] double capacity_of(const topologies::Channel& channel) const {
    return down_[static_cast<std::size_t>(channel.link)] ? 1e-200 : channel.bytes_per_s;
  }

  // All channels are in the problem; an unshared one is there once for each flow.
  void solve() {
    const auto& channels = network_->topology.channels;
    topologies::SharingProblem problem;
    problem.clear();
    std::vector<Message*> flowing;
    for (const topologies::Channel& channel : channels)
      problem.capacities.push_back(capacity_of(channel));
    for (Message& message : messages_) {
      if (!message.flows || message.arrived) continue;
      flowing.push_back(&message);
      for (std::size_t hop = 0; hop < message.route.channels.size(); ++hop) {
        const auto channel = static_cast<std::size_t>(message.route.channels[hop]);
        problem.shares.push_back(message.route.share(hop));
        problem.channels.push_back(static_cast<std::uint32_t>(
            channels[channel].unshared ? problem.capacities.size() : channel));
        if (channels[channel].unshared) problem.capacities.push_back(channels[channel].bytes_per_s);
      }
      problem.first_hop.push_back(static_cast<std::uint32_t>(problem.channels.size()));
    }
    const auto rates = sharing_.solve(problem);
    run_.rates.push_back({now_, std::vector<double>(channels.size(), 0)});
    for (std::size_t flow = 0; flow < flowing.size(); ++flow) {
      Message& message = *flowing[flow];
      if (message.bytes_per_s != rates[flow]) {
        message.bytes_per_s = rates[flow];
        message.ends_at =
            saturating_add(now_, ceil_seconds(message.left_bytes / message.bytes_per_s));
      }
      for (std::size_t hop = 0; hop < message.route.channels.size(); ++hop) {
        const auto channel = static_cast<std::size_t>(message.route.channels[hop]);
        if (!channels[channel].unshared)
          run_.rates.back().by_channel[channel] += message.route.share(hop) * rates[flow];
      }
    }
  }

  const NetworkCase* network_;
  topologies::Routes routes_;
  std::vector<bool> down_;  // by link
  std::vector<Message> messages_;
  Picoseconds now_{-1};
  topologies::FairSharing sharing_;
  ScratchRun run_;
};

}  // namespace

ScratchRun run_from_scratch(const NetworkCase& network) { return Scratch(network).run(); }

}  // namespace lockstep::tests
