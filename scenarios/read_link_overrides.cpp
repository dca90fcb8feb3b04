// `topology.overrides`: links of a shape that differ from the others.
#include <fmt/format.h>

#include <set>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::Link;
using topologies::Topology;

// The links between two nodes, whichever end is named first.
std::vector<Link*> links_between(Topology& topology, const std::string& from,
                                 const std::string& to) {
  std::vector<Link*> found;
  for (Link& link : topology.links) {
    const std::string& one = topology.nodes[static_cast<std::size_t>(link.from)];
    const std::string& other = topology.nodes[static_cast<std::size_t>(link.to)];
    if ((one == from && other == to) || (one == to && other == from)) found.push_back(&link);
  }
  return found;
}

void read_override(const Place& place, Topology& topology, std::set<const Link*>& done,
                   Json& resolved) {
  ObjectReader object(place);
  const std::string from = object.text("from");
  const std::string to = object.text("to");
  const std::vector<Link*> links = links_between(topology, from, to);
  if (links.empty() && !from.empty() && !to.empty())
    place.fault(fmt::format("there is no link between \"{}\" and \"{}\"", from, to));
  if (!object.has("bandwidth") && !object.has("latency"))
    place.fault(R"(needs "bandwidth" or "latency", what differs)");
  for (const Link* link : links)
    if (!done.insert(link).second) {
      place.fault(fmt::format("the link between \"{}\" and \"{}\" is there twice", from, to));
      break;
    }
  const double usual = links.empty() ? stand_in_bandwidth : links.front()->bytes_per_s;
  const double usual_s = links.empty() ? 0 : links.front()->latency.seconds();
  const double bytes_per_s =
      object.quantity("bandwidth", Dimension::bytes_per_second, positive, usual);
  const double latency_s = object.quantity("latency", Dimension::seconds, any_span, usual_s);
  object.finish();
  resolved.push_back(std::move(object.resolved()));
  for (Link* link : links) {
    link->bytes_per_s = bytes_per_s > 0 ? bytes_per_s : usual;
    link->latency = nearest_seconds(latency_s);
  }
}

}  // namespace

std::shared_ptr<const Topology> with_overrides(const Place& place, const Topology& shape,
                                               Json& resolved) {
  auto topology = std::make_shared<Topology>(shape);
  resolved = Json::array();
  std::set<const Link*> done;
  if (is_list(place, "links that differ"))
    for (std::size_t i = 0; i < place.value->size(); ++i)
      read_override(place.element(i), *topology, done, resolved);
  // Links are not all alike any more; but whatever they are, all go over a bus.
  if (topology->wiring != topologies::Wiring::bus) topology->wiring = topologies::Wiring::general;
  topologies::make_channels(*topology);
  return topology;
}

}  // namespace lockstep::scenarios
