// The traffic of others during a run: sends the flows that `BackgroundTraffic` describes, each
// source from a random stream of its own. Of one source at most 100 flows are under way at once:
// where a network cannot carry more, flows that would begin do not.
#pragma once

#include <cstddef>
#include <deque>

#include "models/language/setup.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"
#include "topologies/network.hpp"

namespace lockstep::models {

class BackgroundFlows {
 public:
  BackgroundFlows(const Setup& setup, sim::Engine& engine, topologies::Network& network);
  BackgroundFlows(const BackgroundFlows&) = delete;
  BackgroundFlows& operator=(const BackgroundFlows&) = delete;

 private:
  struct Source {
    const BackgroundTraffic* traffic;
    sim::RandomStream random;
    int under_way = 0;
  };
  void await(std::size_t source);
  void send(Source& source);

  const topologies::Topology* topology_;
  sim::Engine* engine_;
  topologies::Network* network_;
  std::deque<Source> sources_;
};

}  // namespace lockstep::models
