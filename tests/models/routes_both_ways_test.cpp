// Closed forms on graphs where the way back differs from the way there, or devices from each other.
#include <doctest/doctest.h>

#include <cmath>

#include "models/algorithms/registry.hpp"
#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

// A ring of simplex links and a few chords: latencies and bandwidths at random, one-way each.
topologies::Topology random_graph(sim::RandomStream& random, int hosts) {
  topologies::TopologySpec spec;
  spec.kind = "custom";
  for (int host = 0; host < hosts; ++host) spec.nodes.push_back("h" + std::to_string(host));
  spec.host_names = spec.nodes;
  const auto link = [&](int from, int to) {
    const bool full = random.below(3) == 0;
    spec.links.push_back({spec.nodes[static_cast<std::size_t>(from)],
                          spec.nodes[static_cast<std::size_t>(to)],
                          std::pow(10, 8 + 2 * random.uniform()), 1e-3 * random.uniform(),
                          full ? topologies::Duplex::full : topologies::Duplex::simplex});
  };
  for (int host = 0; host < hosts && hosts > 1; ++host) link(host, (host + 1) % hosts);
  for (int chord = 0; chord < hosts && hosts > 2; ++chord) {
    const int from = static_cast<int>(random.below(static_cast<std::uint64_t>(hosts)));
    link(from, (from + 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(hosts - 1)))) %
                   hosts);
  }
  return *topologies::find_topology_kind("custom")->build(spec);
}

void check_claims(const Setup& setup) {
  const ClosedForm form = closed_form_of(setup);
  const Simulated run = simulate(setup);
  REQUIRE(run.outcome.finished());
  testing::check_counts(form, run);
  const double tolerance_s =
      1e-9 * run.makespan.seconds() + 1e-12 * static_cast<double>(run.events);
  const double over_s = run.makespan.seconds() - form.makespan.seconds();
  CAPTURE(setup.algorithm->kind);
  CAPTURE(run.makespan.seconds());
  CAPTURE(form.makespan.seconds());
  if (form.claim == TimeClaim::exact) CHECK(std::abs(over_s) <= tolerance_s);
  if (form.claim == TimeClaim::lower_bound) CHECK(over_s >= -tolerance_s);
  if (form.claim == TimeClaim::upper_bound) CHECK(over_s <= tolerance_s);
}

}  // namespace

TEST_CASE("closed forms: claims hold on random one-way graphs") {
  sim::RandomStream random(11, 0);
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 12);
    for (int i = 0; i < 300; ++i) {
      const testing::RunOf run = runs.next();
      Cluster cluster = run.cluster();
      cluster.topology =
          std::make_shared<const topologies::Topology>(random_graph(random, run.hosts));
      const Result<Setup> setup = make_setup(run.mlp, run.training, cluster, run.algorithm());
      if (setup.ok()) check_claims(*setup);
    }
  }
}

TEST_CASE("closed forms: claims hold where all messages share one bus") {
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 16);
    for (int i = 0; i < 300; ++i) {
      testing::RunOf run = runs.next();
      run.topology = "shared_memory";
      const Result<Setup> setup = run.result();
      if (setup.ok()) check_claims(*setup);
    }
  }
}

TEST_CASE("closed forms: claims hold with a device of its own on each host") {
  sim::RandomStream random(13, 0);
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 14);
    for (int i = 0; i < 300; ++i) {
      const testing::RunOf run = runs.next();
      Cluster cluster = run.cluster();
      cluster.devices.assign(static_cast<std::size_t>(run.hosts), run.device);
      for (DeviceSpec& device : cluster.devices)
        device.flops_per_s *= std::pow(10, 2 * random.uniform());
      const Result<Setup> setup = make_setup(run.mlp, run.training, cluster, run.algorithm());
      if (setup.ok()) check_claims(*setup);
    }
  }
}

TEST_CASE("closed forms: claims hold where all workers are slower by the same factor") {
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 15);
    for (int i = 0; i < 100; ++i) {
      const testing::RunOf run = runs.next();
      Cluster cluster = run.cluster();
      cluster.slowdown = Slowdown{.mean = 1.7};
      const Result<Setup> setup = make_setup(run.mlp, run.training, cluster, run.algorithm());
      if (setup.ok()) check_claims(*setup);
    }
  }
}

TEST_CASE("async_sgd: a slow worker beside the only server sends nothing over the network") {
  // Host 0 at 100 MFLOP/s with the server beside it, host 1 at 100 GFLOP/s behind 1 ms of latency.
  testing::RunOf run;
  run.kind = "async_sgd";
  run.hosts = 2;
  run.latency_s = 1e-3;
  run.bytes_per_s = 1.25e6;
  run.training.iterations = 10;
  run.options = {{"placement", std::string("colocated")}};
  Cluster cluster = run.cluster();
  cluster.devices = {run.device, run.device};
  cluster.devices[0].flops_per_s = 1e8;
  cluster.devices[1].flops_per_s = 1e11;
  check_claims(*make_setup(run.mlp, run.training, cluster, run.algorithm()));
}

}  // namespace lockstep::models
