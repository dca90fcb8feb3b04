#include "models/cost/certain_time.hpp"

#include <algorithm>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/network_loads.hpp"
#include "models/cost/oversubscription.hpp"

namespace lockstep::models {

double work_s(const Setup& setup, const ClosedForm& form) {
  const bool random = setup.cluster.slowdown && setup.cluster.slowdown->random();
  if (!form.counts_exact || random || !setup.measured.empty()) return 0;
  double flops_per_s = 0;
  for (Rank worker = 0; worker < setup.workers; ++worker) {
    const DeviceSpec& device = setup.device_of(worker);
    if (device.measured != nullptr) return 0;
    flops_per_s += device.flops_per_s * device.efficiency / device.slowdown;
  }
  Count flops = 0;
  for (const ComputeKind kind :
       {ComputeKind::forward, ComputeKind::backward_weight, ComputeKind::backward_input})
    flops += form.flops[kind];
  return flops_per_s > 0 ? to_double(flops) / flops_per_s : 0;
}

namespace {

// Whether all messages of the closed form are there at the end of the run, and share links.
bool fills_links(const Setup& setup, const ClosedForm& form) {
  return form.counts_exact && !setup.algorithm->leaves_messages &&
         !setup.cluster.topology->memory && setup.cluster.sharing != Sharing::none &&
         setup.measured.empty();
}

}  // namespace

double bytes_s(const Setup& setup, const ClosedForm& form) {
  if (!fills_links(setup, form)) return 0;
  const topologies::Topology& topology = *setup.cluster.topology;
  std::vector<char> sends(topology.nodes.size());
  for (Rank rank = 0; rank < setup.ranks(); ++rank) {
    const auto host = static_cast<std::size_t>(setup.host_of(rank));
    sends[static_cast<std::size_t>(topology.hosts[host])] = 1;
  }
  double bytes_per_s = 0;
  for (const topologies::Link& link : topology.links)
    for (const topologies::NodeIndex end : {link.from, link.to}) {
      if (sends[static_cast<std::size_t>(end)] == 0) continue;
      if (link.unshared) return 0;
      bytes_per_s += link.bytes_per_s;
    }
  return bytes_per_s > 0 ? to_double(form.bytes) / bytes_per_s : 0;
}

double busiest_link_s(const Setup& setup, const ClosedForm& form) {
  if (setup.algorithm->loads == nullptr || !fills_links(setup, form) || may_take_other_paths(setup))
    return 0;
  NetworkLoads loads(setup);
  setup.algorithm->loads(setup, loads);
  return loads.busiest_s();
}

CertainTime certain_time(const Setup& setup, const ClosedForm& form) {
  CertainTime certain;
  const auto take = [&](double seconds, Certainty from) {
    if (seconds > 0 && seconds >= certain.seconds) certain = {seconds, from};
  };
  take(std::max(bytes_s(setup, form), busiest_link_s(setup, form)), Certainty::bytes);
  take(work_s(setup, form), Certainty::work);
  if (form.claim == TimeClaim::lower_bound) take(form.makespan.seconds(), Certainty::lower_bound);
  if (form.claim == TimeClaim::exact) take(form.makespan.seconds(), Certainty::exact);
  certain.seconds *= certain_share;
  return certain;
}

}  // namespace lockstep::models
