#include "topologies/topology.hpp"

namespace lockstep::topologies {

void make_channels(Topology& topology) {
  topology.channels.clear();
  topology.first_channel_of_link.clear();
  topology.first_channel_of_link.reserve(topology.links.size());
  topology.channels.reserve(2 * topology.links.size());
  LinkIndex index = 0;
  for (const Link& link : topology.links) {
    topology.first_channel_of_link.push_back(static_cast<ChannelIndex>(topology.channels.size()));
    topology.channels.push_back({index, link.from, link.to, link.bytes_per_s, link.unshared});
    if (link.duplex == Duplex::full)
      topology.channels.push_back({index, link.to, link.from, link.bytes_per_s, link.unshared});
    ++index;
  }
}

}  // namespace lockstep::topologies
