#include "topologies/traffic.hpp"

#include <unordered_map>

#include "topologies/network.hpp"

namespace lockstep::topologies {

namespace {

struct Running {
  sim::Engine engine;
  Network network;
  const std::vector<RawFlow>& flows;
  std::vector<Picoseconds> finish;
  std::vector<ConnectionIndex> connections;  // by flow

  Running(const Topology& topology, Sharing sharing, const std::vector<RawFlow>& raw_flows)
      : network(engine, topology, sharing), flows(raw_flows), finish(raw_flows.size()) {
    std::unordered_map<std::int32_t, ConnectionIndex> named;
    for (const RawFlow& flow : flows) connections.push_back(connection_of(flow, named));
  }

  ConnectionIndex connection_of(const RawFlow& flow,
                                std::unordered_map<std::int32_t, ConnectionIndex>& named) {
    if (flow.connection == no_named_connection || flow.from == flow.to) return no_connection;
    const auto [found, is_new] = named.try_emplace(flow.connection, no_connection);
    if (is_new) found->second = network.open(flow.from, flow.to);
    return found->second;
  }

  void start(std::uint64_t index) {
    const RawFlow& flow = flows[index];
    if (flow.from == flow.to)  // a node reaches itself at once
      arrive(index);
    else if (connections[index] != no_connection)
      network.send(connections[index], flow.bytes, event_of<&Running::arrive>(index));
    else
      network.send(flow.from, flow.to, flow.bytes, event_of<&Running::arrive>(index));
  }
  void arrive(std::uint64_t index) { finish[index] = engine.now(); }

  template <void (Running::*member)(std::uint64_t)>
  [[nodiscard]] sim::Event event_of(std::uint64_t index) {
    return {[](void* self, std::uint64_t argument) {
              (static_cast<Running*>(self)->*member)(argument);
            },
            this, index};
  }
};

}  // namespace

TrafficResult run_traffic(const Topology& topology, Sharing sharing,
                          const std::vector<RawFlow>& flows, const sim::RunControl& control) {
  Running running(topology, sharing, flows);
  for (std::size_t index = 0; index < flows.size(); ++index)
    running.engine.after(flows[index].start, running.event_of<&Running::start>(index));
  TrafficResult result;
  result.outcome = running.engine.run(control);
  result.finish = std::move(running.finish);
  result.makespan = running.engine.now();
  result.events = running.engine.events_run();
  return result;
}

}  // namespace lockstep::topologies
