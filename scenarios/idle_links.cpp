// Links of a custom topology that no route between hosts goes over: what was paid for them is lost.
#include <fmt/format.h>

#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

// Beyond this many pairs of hosts, nobody waits for a warning.
constexpr std::size_t most_pairs = 250'000;
constexpr std::size_t most_named = 8;

std::string name_links(const std::vector<std::size_t>& links) {
  std::string names;
  for (std::size_t i = 0; i < std::min(links.size(), most_named); ++i) {
    if (i > 0) names += i + 1 == links.size() ? " and " : ", ";
    names += std::to_string(links[i]);
  }
  if (links.size() > most_named) names += fmt::format(" and {} more", links.size() - most_named);
  return names;
}

}  // namespace

void find_idle_links(const topologies::Topology& topology, Faults& warnings) {
  if (topology.kind != "custom" || topology.hosts.size() < 2 ||
      topology.hosts.size() * topology.hosts.size() > most_pairs)
    return;
  topologies::Routes routes(topology);
  const std::vector<bool> used = routes.used_channels();
  std::vector<bool> link_is_used(topology.links.size(), false);
  for (std::size_t channel = 0; channel < used.size(); ++channel)
    if (used[channel])
      link_is_used[static_cast<std::size_t>(topology.channels[channel].link)] = true;
  std::vector<std::size_t> idle;
  for (std::size_t link = 0; link < link_is_used.size(); ++link)
    if (!link_is_used[link]) idle.push_back(link);
  if (idle.empty()) return;
  warnings.push_back(
      {"/cluster/topology/links",
       fmt::format("{} {} no traffic: no route between hosts goes over {}",
                   (idle.size() == 1 ? "link " : "links ") + name_links(idle),
                   idle.size() == 1 ? "carries" : "carry", idle.size() == 1 ? "it" : "them")});
}

}  // namespace lockstep::scenarios
