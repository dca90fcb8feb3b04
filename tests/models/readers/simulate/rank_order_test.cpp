#include "models/readers/simulate/rank_order.hpp"

#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"
#include "topologies/rank_order.hpp"

namespace lockstep::models {

namespace {

using topologies::HostIndex;

// A ring allreduce over two racks of four, whose uplinks are as fast as one host's link.
testing::RunOf ring_of_eight() {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 8;
  run.latency_s = 0;
  run.mlp = {.layers = 1, .width = 1000};
  return run;
}

Setup on_racks(const std::vector<HostIndex>& order) {
  Setup setup = ring_of_eight().setup();
  topologies::Topology racks;
  racks.kind = "custom";
  for (int node = 0; node < 10; ++node) racks.nodes.push_back("n" + std::to_string(node));
  for (int host = 0; host < 8; ++host) {
    racks.hosts.push_back(host);
    racks.links.push_back({.from = host, .to = 8 + host / 4, .bytes_per_s = 1e9, .latency = {}});
  }
  racks.links.push_back({.from = 8, .to = 9, .bytes_per_s = 1e9, .latency = {}});
  topologies::make_channels(racks);
  setup.cluster.topology =
      std::make_shared<const topologies::Topology>(topologies::in_order(std::move(racks), order));
  return setup;
}

double seconds(const Setup& setup) { return simulate(setup).makespan.seconds(); }

}  // namespace

TEST_CASE("rank_order: dealt to two racks in turn, a ring takes as long as its uplink is shared") {
  const Setup blocks = on_racks({0, 1, 2, 3, 4, 5, 6, 7});
  const Setup dealt = on_racks({0, 4, 1, 5, 2, 6, 3, 7});
  // In blocks one message at a time crosses the uplink each way; dealt out, four do.
  const double step_s = 4.0 * 1001 * 1000 / 8 / 1e9;
  CHECK(seconds(dealt) - seconds(blocks) == doctest::Approx(14 * 3 * step_s).epsilon(1e-3));
  const auto best = best_rank_order(dealt);
  REQUIRE(best.has_value());
  CHECK(best->as_numbered == simulate(dealt).makespan);
  CHECK(best->makespan == simulate(blocks).makespan);
  CHECK(best->tried <= 1000);
  CHECK(seconds(in_rank_order(dealt, best->hosts)) == best->makespan.seconds());
}

TEST_CASE("rank_order: where all orders are alike, the hosts stay as they are numbered") {
  const auto best = best_rank_order(ring_of_eight().setup());
  REQUIRE(best.has_value());
  CHECK(best->hosts == std::vector<HostIndex>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(best->makespan == best->as_numbered);
}

TEST_CASE("rank_order: devices, failures and the traffic of others keep their hosts") {
  Setup setup = ring_of_eight().setup();
  setup.cluster.devices.assign(8, setup.cluster.devices[0]);
  setup.cluster.devices[5].slowdown = 3;
  setup.cluster.background = {{.bytes_per_s = 1, .flow_bytes = 1, .from = 5}};
  const std::vector<HostIndex> order = {5, 0, 1, 2, 3, 4, 6, 7};
  const Setup other = in_rank_order(setup, order);
  CHECK(other.device_of(0).slowdown == 3);
  CHECK(other.device_of(5).slowdown == 1);
  CHECK(*other.cluster.background[0].from == 0);
  CHECK(in_rank_order(Failures{.given = {{1, 5}}}, order).given[0].host == 0);
}

}  // namespace lockstep::models
