// What one rank sends another, in order: over one connection, and into the mailbox.
#include "models/parts/collectives/allreduce.hpp"
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

Simulation::LaneIndex Simulation::lane_of(Rank from, Rank to, Tag tag) {
  const int number = to * channels_ + channel_of(tag, channels_);
  LastLane& last = last_lanes_[static_cast<std::size_t>(from)];
  if (last.number == number) return last.lane;
  last.number = number;
  if (const LaneIndex* known = lane_numbers_.find(from, number)) return last.lane = *known;
  last.lane = static_cast<LaneIndex>(lanes_.size());
  lanes_.emplace_back();
  lane_numbers_.insert(from, number, last.lane);
  return last.lane;
}

topologies::ConnectionIndex Simulation::connection_of(LaneIndex index, Rank from, Rank to) {
  Lane& lane = lanes_[index];
  if (lane.connection != topologies::no_connection) return lane.connection;
  const auto& nodes = setup_->cluster.topology->hosts;
  return lane.connection = network_.open(nodes[static_cast<std::size_t>(setup_->host_of(from))],
                                         nodes[static_cast<std::size_t>(setup_->host_of(to))]);
}

topologies::PathNumber Simulation::next_path(LaneIndex lane, Rank from, Rank to) {
  const topologies::Topology& topology = network_.topology();
  if (topology.wiring != topologies::Wiring::general && topology.route_overrides.empty()) return 0;
  if (setup_->cluster.connections == Connections::ordered)
    return network_.number_of(connection_of(lane, from, to));
  return network_.next_number(topology.hosts[static_cast<std::size_t>(setup_->host_of(from))],
                              topology.hosts[static_cast<std::size_t>(setup_->host_of(to))]);
}

Simulation::TransferIndex Simulation::first_with_tag(const Lane& lane, Tag tag) const {
  TransferIndex index = lane.first;
  while (index != none && transfers_[index].envelope.message.tag != tag)
    index = transfers_[index].next;
  return index;
}

void Simulation::join_lane(TransferIndex index, LaneIndex lane_index) {
  ++on_lanes_;
  Lane& lane = lanes_[lane_index];
  transfers_[index].lane = lane_index;
  if (lane.first == none)
    lane.first = index;
  else
    transfers_[lane.last].next = index;
  lane.last = index;
}

// Messages that arrive in order are at the front.
void Simulation::leave_lane(TransferIndex index) {
  const Transfer& transfer = transfers_[index];
  Lane& lane = lanes_[transfer.lane];
  if (lane.first == index) {
    lane.first = transfer.next;
  } else {
    TransferIndex before = lane.first;
    while (transfers_[before].next != index) before = transfers_[before].next;
    transfers_[before].next = transfer.next;
    if (lane.last == index) lane.last = before;
  }
  if (transfer.held) --lane.held;
  --on_lanes_;
  free_transfers_.push_back(index);
}

void Simulation::offer(Rank to, const Envelope& envelope) {
  const Message& message = envelope.message;
  auto& mailbox = mailboxes_[static_cast<std::size_t>(to)];
  if (on_lanes_ == 0) return mailbox.deliver(message.source, message.tag, envelope);
  const LaneIndex lane = lane_of(message.source, to, message.tag);
  if (first_with_tag(lanes_[lane], message.tag) == none)
    return mailbox.deliver(message.source, message.tag, envelope);
  const TransferIndex index = new_transfer(to, envelope);
  transfers_[index].held = true;
  join_lane(index, lane);
  ++lanes_[lane].held;
}

// Puts a message that is there into the mailbox, and then those of its tag that it held back; or
// holds it back itself. Whoever takes it may send at once, and use its transfer again: the mailbox
// copies the message first.
void Simulation::hand_over(TransferIndex index) {
  const LaneIndex lane = transfers_[index].lane;
  const Tag tag = transfers_[index].envelope.message.tag;
  if (first_with_tag(lanes_[lane], tag) != index) {
    transfers_[index].held = true;
    ++lanes_[lane].held;
    return;
  }
  do {
    leave_lane(index);
    const Transfer& transfer = transfers_[index];
    mailbox_of(transfer.to).deliver(transfer.envelope.message.source, tag, transfer.envelope);
    index = lanes_[lane].held == 0 ? none : first_with_tag(lanes_[lane], tag);
  } while (index != none && transfers_[index].held);
}

}  // namespace lockstep::models
