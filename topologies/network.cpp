#include "topologies/network.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::topologies {

Network::Network(sim::Engine& engine, const Topology& topology, Sharing sharing, ManyFlows many)
    : engine_(&engine),
      routes_(topology),
      sharing_(sharing),
      channels_(topology.channels.size()),
      has_unshared_(std::ranges::any_of(topology.channels, &Channel::unshared)),
      many_(many),
      can_share_(sharing == Sharing::max_min && can_share(topology)) {
  if (sharing == Sharing::single_port) ports_.resize(topology.nodes.size());
}

ConnectionIndex Network::open(NodeIndex from, NodeIndex to) {
  const PathNumber number = next_number(from, to);
  connections_.push_back(
      {.route = routes_.between_nodes(from, to, number), .from = from, .to = to, .number = number});
  return static_cast<ConnectionIndex>(connections_.size() - 1);
}

void Network::send(NodeIndex from, NodeIndex to, PathNumber number, std::int64_t bytes,
                   sim::Event delivered) {
  const MessageIndex index = new_message();
  messages_[index] = {.route = routes_.between_nodes(from, to, number),
                      .delivered = delivered,
                      .from = from,
                      .to = to};
  send(index, bytes);
}

void Network::send_for_others(NodeIndex from, NodeIndex to, std::int64_t bytes,
                              sim::Event delivered) {
  const MessageIndex index = new_message();
  messages_[index] = {.route = routes_.between_nodes(from, to, next_number(from, to)),
                      .delivered = delivered,
                      .from = from,
                      .to = to,
                      .of_others = true};
  send(index, bytes);
}

void Network::send(ConnectionIndex connection, std::int64_t bytes, sim::Event delivered) {
  const MessageIndex index = new_message();
  const Connection& over = connections_[connection];
  messages_[index] = {.route = over.route,
                      .delivered = delivered,
                      .from = over.from,
                      .to = over.to,
                      .connection = connection};
  send(index, bytes);
}

void Network::send(MessageIndex index, std::int64_t bytes) {
  MessageState& message = messages_[index];
  message.bytes = static_cast<double>(bytes);
  if (!message.of_others) add_to_loads(message.route, bytes);
  switch (sharing_) {
    case Sharing::none:
      occupy(message);
      engine_->after(end_alone(message) - engine_->now(), event_of<&Network::finish>(index));
      return;
    case Sharing::single_port: {
      auto& to_send = ports_[static_cast<std::size_t>(message.from)].to_send;
      to_send.push_back(index);
      if (to_send.size() == 1) ask_receiver(index);
      return;
    }
    case Sharing::max_min:
      queue_on_connection(index);
      engine_->after(message.route.latency, event_of<&Network::end_latency>(index));
      return;
  }
}

// When a message that nobody slows down will have been sent in full, after those before it on its
// connection.
Picoseconds Network::end_alone(const MessageState& message) {
  Picoseconds begin = saturating_add(engine_->now(), message.route.latency);
  const Picoseconds span = ceil_seconds(message.bytes / message.route.bytes_per_s);
  if (message.connection == no_connection) return saturating_add(begin, span);
  Connection& connection = connections_[message.connection];
  begin = std::max(begin, connection.free_at);
  return connection.free_at = saturating_add(begin, span);
}

void Network::add_to_loads(const Route& route, std::int64_t bytes) {
  for (std::size_t hop = 0; hop < route.channels.size(); ++hop) add_load(route, hop, bytes, {});
}

void Network::add_load(const Route& route, std::size_t hop, Count bytes, Picoseconds busy) {
  ChannelState& channel = channels_[static_cast<std::size_t>(route.channels[hop])];
  channel.load.busy += busy;
  if (route.shares == nullptr)
    channel.load.bytes += bytes;
  else
    channel.parts_bytes += route.shares[hop] * to_double(bytes);
}

void Network::add_load(ChannelIndex channel, Count bytes, Picoseconds busy) {
  ChannelState& state = channels_[static_cast<std::size_t>(channel)];
  state.load.busy += busy;
  state.load.bytes += bytes;
}

Network::MessageIndex Network::new_message() {
  if (free_messages_.empty()) {
    messages_.emplace_back();
    return static_cast<MessageIndex>(messages_.size() - 1);
  }
  const MessageIndex index = free_messages_.back();
  free_messages_.pop_back();
  return index;
}

void Network::occupy(const MessageState& message) {
  if (message.of_others) return;
  for (const ChannelIndex channel : message.route.channels) {
    ChannelState& state = channels_[static_cast<std::size_t>(channel)];
    if (state.messages++ == 0) state.busy_since = engine_->now();
  }
}

void Network::vacate(const MessageState& message) {
  if (message.of_others) return;
  for (const ChannelIndex channel : message.route.channels) {
    ChannelState& state = channels_[static_cast<std::size_t>(channel)];
    if (--state.messages == 0) state.load.busy += engine_->now() - state.busy_since;
  }
}

// Vacates the message's channels and hands it over. The last thing that happens to a message: who
// gets it may send at once.
void Network::finish(MessageIndex index) {
  vacate(messages_[index]);
  const sim::Event delivered = messages_[index].delivered;
  free_messages_.push_back(index);
  delivered.run(delivered.target, delivered.argument);
}

void Network::ask_receiver(MessageIndex index) {
  auto& to_receive = ports_[static_cast<std::size_t>(messages_[index].to)].to_receive;
  to_receive.push_back(index);
  if (to_receive.size() == 1) start_on_ports(index);
}

void Network::start_on_ports(MessageIndex index) {
  const MessageState& message = messages_[index];
  occupy(message);
  engine_->after(saturating_add(message.route.latency,
                                ceil_seconds(message.bytes / message.route.bytes_per_s)),
                 event_of<&Network::end_on_ports>(index));
}

// Frees the receiver for who asked next, then the sender for its next message.
void Network::end_on_ports(MessageIndex index) {
  auto& to_receive = ports_[static_cast<std::size_t>(messages_[index].to)].to_receive;
  auto& to_send = ports_[static_cast<std::size_t>(messages_[index].from)].to_send;
  to_receive.pop_front();
  to_send.pop_front();
  if (!to_receive.empty()) start_on_ports(to_receive.front());
  if (!to_send.empty()) ask_receiver(to_send.front());
  finish(index);
}

std::vector<ChannelLoad> Network::loads() const {
  std::vector<ChannelLoad> loads;
  loads.reserve(channels_.size());
  for (const ChannelState& channel : channels_) {
    loads.push_back(channel.load);
    loads.back().bytes += std::llround(channel.parts_bytes);
  }
  return loads;
}

}  // namespace lockstep::topologies
