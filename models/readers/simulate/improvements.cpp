#include "models/readers/simulate/improvements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "models/readers/simulate/simulate.hpp"

namespace lockstep::models {

namespace {

using topologies::Link;
using topologies::Topology;

// A cluster in which every link differs has no few things to buy.
constexpr std::size_t most_classes = 8;

// Links of one class have the same role, bandwidth and latency.
using LinkClass = std::tuple<std::uint16_t, double, Picoseconds>;
LinkClass class_of(const Link& link) { return {link.role, link.bytes_per_s, link.latency}; }

template <class Change>
void change_links(Setup& setup, Change change) {
  Topology topology = *setup.cluster.topology;
  std::for_each(topology.links.begin(), topology.links.end(), change);
  topologies::make_channels(topology);
  setup.cluster.topology = std::make_shared<const Topology>(std::move(topology));
}

void make_devices_faster(Setup& setup, double factor) {
  for (DeviceSpec& device : setup.cluster.devices) device.slowdown /= factor;
  if (setup.cluster.slowdown) setup.cluster.slowdown->mean /= factor;
  for (MeasuredStage& stage : setup.measured)
    for (Picoseconds* time : {&stage.forward, &stage.backward_input, &stage.backward_weight})
      *time = ceil_scaled(*time, 1 / factor);
}

void make_endpoints_faster(Endpoint& endpoint, double factor) {
  endpoint.overhead_s /= factor;
  endpoint.copy_bytes_per_s *= factor;
  for (Endpoint::Wake& wake : endpoint.wakes) wake.takes_s /= factor;
}

struct Trial {
  Improvement improvement;
  Picoseconds on_path;  // the part's time on the critical path
  Setup better;
};

// Of the links, the one that most of the path's transfer waits for, unless its class has no other.
std::optional<std::size_t> one_of_many(const std::vector<Link>& links, const PathShares& shares) {
  const auto most = std::max_element(shares.as_narrow.begin(), shares.as_narrow.end());
  if (most == shares.as_narrow.end() || *most == Picoseconds{}) return std::nullopt;
  const auto found = static_cast<std::size_t>(most - shares.as_narrow.begin());
  const auto alike = std::count_if(links.begin(), links.end(), [&](const Link& link) {
    return class_of(link) == class_of(links[found]);
  });
  return alike > 1 ? std::optional(found) : std::nullopt;
}

std::vector<Trial> link_trials(const Setup& setup, const PathShares& shares, double factor) {
  const std::vector<Link>& links = setup.cluster.topology->links;
  std::vector<Trial> trials;
  const auto add = [&](const Improvement& improvement, Picoseconds on_path, auto change) {
    Trial trial = {improvement, on_path, setup};
    change_links(trial.better, change);
    trials.push_back(std::move(trial));
  };
  add({.part = Part::bandwidth}, shares.transfer, [&](Link& link) { link.bytes_per_s *= factor; });
  if (std::any_of(links.begin(), links.end(), [](const Link& link) { return link.latency.ps > 0; }))
    add({.part = Part::latency}, shares.latency,
        [&](Link& link) { link.latency = ceil_scaled(link.latency, 1 / factor); });
  if (const auto one = one_of_many(links, shares)) {
    const Link& chosen = links[*one];
    add({.part = Part::link,
         .bytes_per_s = chosen.bytes_per_s,
         .latency = chosen.latency,
         .link = static_cast<topologies::LinkIndex>(*one)},
        shares.as_narrow[*one], [&, which = *one, index = std::size_t{0}](Link& link) mutable {
          if (index++ == which) link.bytes_per_s *= factor;
        });
  }
  std::map<LinkClass, Picoseconds> classes;
  for (std::size_t link = 0; link < links.size(); ++link)
    classes[class_of(links[link])] += shares.narrowest[link];
  if (classes.size() == 1 || classes.size() > most_classes) return trials;
  for (const auto& [alike, on_path] : classes)
    add({.part = Part::link_class,
         .role = std::get<0>(alike),
         .bytes_per_s = std::get<1>(alike),
         .latency = std::get<2>(alike)},
        on_path, [&, which = alike](Link& link) {
          if (class_of(link) == which) link.bytes_per_s *= factor;
        });
  return trials;
}

std::vector<Trial> trials_of(const Setup& setup, const PathShares& shares, double factor) {
  std::vector<Trial> trials;
  trials.push_back({{.part = Part::devices}, shares.devices(), setup});
  make_devices_faster(trials.back().better, factor);
  if (setup.ranks() > 1)
    for (Trial& trial : link_trials(setup, shares, factor)) trials.push_back(std::move(trial));
  if (!setup.cluster.endpoint.is_free()) {
    trials.push_back({{.part = Part::endpoints}, shares.endpoints(), setup});
    make_endpoints_faster(trials.back().better.cluster.endpoint, factor);
  }
  return trials;
}

}  // namespace

std::string improvements_left_out(const Setup& setup) {
  std::set<LinkClass> classes;
  if (setup.ranks() > 1)
    for (const Link& link : setup.cluster.topology->links) classes.insert(class_of(link));
  if (classes.size() <= most_classes) return {};
  return fmt::format(
      "no class of links was widened on its own, because the links have {} different bandwidths, "
      "latencies or roles, more than {}",
      classes.size(), most_classes);
}

std::vector<Improvement> foretold_improvements(const Setup& setup, const PathShares& shares,
                                               Picoseconds makespan, double factor) {
  std::vector<Improvement> all;
  for (Trial& trial : trials_of(setup, shares, factor)) {
    trial.improvement.predicted_makespan = makespan - ceil_scaled(trial.on_path, 1 - 1 / factor);
    all.push_back(trial.improvement);
  }
  return all;
}

std::vector<Improvement> improvements(const Setup& setup, const PathShares& shares,
                                      Picoseconds makespan, double factor,
                                      const sim::RunControl& control) {
  std::vector<Improvement> all;
  for (Trial& trial : trials_of(setup, shares, factor)) {
    const Simulated simulated = simulate(trial.better, control);
    if (!simulated.outcome.finished()) break;
    trial.improvement.predicted_makespan = makespan - ceil_scaled(trial.on_path, 1 - 1 / factor);
    trial.improvement.simulated_makespan = simulated.makespan;
    all.push_back(trial.improvement);
  }
  return all;
}

}  // namespace lockstep::models
