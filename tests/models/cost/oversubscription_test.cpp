// Links inside a network that can be asked for more than they have, and what becomes of claims.
#include "models/cost/oversubscription.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

// Two racks of two hosts at 1 GB/s, joined by one link.
Setup two_racks(const char* kind, Sharing sharing, double uplink_bytes_per_s) {
  topologies::TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"h0", "h1", "h2", "h3", "s0", "s1"};
  for (int host = 0; host < 4; ++host)
    spec.links.push_back({.from = fmt::format("h{}", host),
                          .to = fmt::format("s{}", host / 2),
                          .bytes_per_s = 1e9,
                          .latency_s = 1e-6});
  spec.links.push_back(
      {.from = "s0", .to = "s1", .bytes_per_s = uplink_bytes_per_s, .latency_s = 1e-6});
  testing::RunOf run;
  run.kind = kind;
  Cluster cluster = run.cluster();
  cluster.topology = std::make_shared<const topologies::Topology>(
      *topologies::find_topology_kind("custom")->build(spec));
  cluster.sharing = sharing;
  AlgorithmSpec algorithm = run.algorithm();
  if (run.kind == "sync_sgd") algorithm.options.set("allreduce", std::string("recursive_doubling"));
  return *make_setup(run.mlp, run.training, cluster, algorithm);
}

}  // namespace

TEST_CASE(
    "oversubscription: two hosts of a rack can send twice what a link as fast as theirs takes") {
  CHECK(has_oversubscribed_links(two_racks("sync_sgd", Sharing::none, 1e9)));
  CHECK(has_oversubscribed_links(two_racks("sync_sgd", Sharing::none, 1.9e9)));
  CHECK_FALSE(has_oversubscribed_links(two_racks("sync_sgd", Sharing::none, 2e9)));
}

TEST_CASE("oversubscription: a host's own link is not inside, and a star has no other") {
  for (const char* kind : {"star", "fully_connected"}) {
    testing::RunOf run;
    run.topology = kind;
    CHECK_FALSE(has_oversubscribed_links(run.setup()));
  }
  testing::RunOf ring;
  ring.topology = "ring";
  ring.hosts = 5;
  CHECK(has_oversubscribed_links(ring.setup()));
}

TEST_CASE("oversubscription: without contention a time is an estimate where messages would meet") {
  // Both hosts of a rack send over the uplink in the second step of recursive doubling.
  for (const Sharing sharing : {Sharing::none, Sharing::single_port}) {
    const ClosedForm thin = closed_form_of(two_racks("sync_sgd", sharing, 1e9));
    CHECK(thin.claim == TimeClaim::estimate);
    CHECK(thin.leaves_out == "messages that meet on oversubscribed links inside the network");
    CHECK(closed_form_of(two_racks("sync_sgd", sharing, 2e9)).claim == TimeClaim::exact);
    CHECK(closed_form_of(two_racks("sgd", sharing, 1e9)).claim == TimeClaim::exact);
  }
}

TEST_CASE("oversubscription: what stays exact without contention is so with it, inside a network") {
  int exact = 0;
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 11);
    for (int i = 0; i < 200; ++i) {
      const Result<Setup> setup = runs.next().result();
      if (!setup.ok() || setup->cluster.sharing == Sharing::max_min) continue;
      if (!has_oversubscribed_links(*setup)) continue;
      if (closed_form_of(*setup).claim != TimeClaim::exact) continue;
      Setup shared = *setup;
      shared.cluster.sharing = Sharing::max_min;
      const Simulated run = simulate(*setup);
      const double seconds = run.makespan.seconds();
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      CHECK(std::abs(simulate(shared).makespan.seconds() - seconds) <=
            1e-9 * seconds + 1e-12 * static_cast<double>(run.events));
      ++exact;
    }
  }
  CHECK(exact > 100);
}

}  // namespace lockstep::models
