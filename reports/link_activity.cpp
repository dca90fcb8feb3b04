#include "reports/link_activity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lockstep::reports {

using models::MessageSpan;
using models::Setup;
using topologies::ChannelIndex;

namespace {

struct Carried {
  double bytes = 0;
  std::vector<double> by_stretch;
};

// `bytes` spread evenly over [begin, end), in units of stretches.
void spread(double bytes, double begin, double end, std::vector<double>& by_stretch) {
  const auto last = static_cast<double>(by_stretch.size()) - 1;
  for (double stretch = std::min(std::floor(begin), last); stretch <= last && stretch < end;
       ++stretch) {
    const double overlap = std::min(end, stretch + 1) - std::max(begin, stretch);
    const double share = end > begin ? overlap / (end - begin) : 1;
    by_stretch[static_cast<std::size_t>(stretch)] += bytes * share;
  }
}

topologies::Route route_of(topologies::Routes& routes, const Setup& setup,
                           const MessageSpan& message) {
  const topologies::Topology& topology = routes.topology();
  const auto to = setup.host_of(message.to);
  if (message.from == models::shared_memory_rank)
    return routes.between_nodes(*topology.memory, topology.hosts[static_cast<std::size_t>(to)]);
  return routes.between_hosts(setup.host_of(message.from), to, message.path);
}

}  // namespace

std::vector<LinkActivity> link_activities(const Setup& setup, const models::Recording& recording,
                                          Picoseconds makespan, std::size_t stretches,
                                          std::size_t most) {
  if (recording.message_resolution().ps > 0 || makespan.ps == 0 || setup.all_sends_measured())
    return {};
  topologies::Routes routes(*setup.cluster.topology);
  const double stretch_ps = static_cast<double>(makespan.ps) / static_cast<double>(stretches);
  std::vector<Carried> carried(setup.cluster.topology->channels.size());
  for (const MessageSpan& message : recording.message_spans()) {
    const topologies::Route route = route_of(routes, setup, message);
    for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
      const double bytes = static_cast<double>(message.bytes) * route.share(hop);
      Carried& load = carried[static_cast<std::size_t>(route.channels[hop])];
      load.by_stretch.resize(stretches);
      load.bytes += bytes;
      spread(bytes, static_cast<double>(message.begin.ps) / stretch_ps,
             static_cast<double>(message.end.ps) / stretch_ps, load.by_stretch);
    }
  }
  std::vector<double> loads;
  for (const Carried& load : carried)
    if (!load.by_stretch.empty()) loads.push_back(load.bytes);
  std::sort(loads.rbegin(), loads.rend());
  const double least = loads.size() > most ? loads[most - 1] : 0;
  std::vector<LinkActivity> result;
  for (std::size_t channel = 0; channel < carried.size(); ++channel) {
    Carried& load = carried[channel];
    if (load.by_stretch.empty() || load.bytes < least || result.size() == most) continue;
    const double most_bytes =
        setup.cluster.topology->channels[channel].bytes_per_s * stretch_ps * 1e-12;
    for (double& value : load.by_stretch) value /= most_bytes;
    result.push_back({static_cast<ChannelIndex>(channel), std::move(load.by_stretch)});
  }
  return result;
}

}  // namespace lockstep::reports
