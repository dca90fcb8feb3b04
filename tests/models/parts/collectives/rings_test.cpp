// Several rings at once, over several network ports.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "models/language/group.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;

// Four machines of two devices, each device with a port of its own: nccl issue 569.
topologies::LinkSpec link_of(double bytes_per_s, double latency_s) {
  topologies::LinkSpec link;
  link.bytes_per_s = bytes_per_s;
  link.latency_s = latency_s;
  return link;
}

Cluster two_ports() {
  topologies::TopologySpec spec;
  spec.kind = "machine";
  spec.settings = {{"machines", std::int64_t{4}},    {"devices", std::int64_t{2}},
                   {"ports", std::int64_t{2}},       {"link", link_of(150e9, 0.5e-6)},
                   {"port_link", link_of(150e9, 0)}, {"network", link_of(7.71e9, 2e-6)}};
  auto built = topologies::find_topology_kind(spec.kind)->build(spec);
  REQUIRE(built.ok());
  return {std::make_shared<const topologies::Topology>(std::move(*built)), {{.flops_per_s = 1e24}}};
}

// Seconds of an allreduce of 1.6 GB.
double allreduce_s(const std::vector<std::pair<std::string, OptionValue>>& options) {
  RunOf run;
  run.kind = "sync_sgd";
  run.mlp = {.layers = 1, .width = 20'000};
  run.training = {.batch = 1, .iterations = 1};
  run.options = options;
  const Setup setup = *make_setup(run.mlp, run.training, two_ports(), run.algorithm(), {});
  const Simulated simulated = simulate(setup);
  CHECK(simulated.messages == closed_form_of(setup).messages);
  CHECK(simulated.bytes == closed_form_of(setup).bytes);
  CHECK(closed_form_of(setup).makespan.seconds() ==
        doctest::Approx(simulated.makespan.seconds()).epsilon(0.02));
  return simulated.makespan.seconds();
}

}  // namespace

TEST_CASE("rings: a turned group has the places of each node in another order") {
  const Group group{.first = 10, .count = 6, .stride = 2, .node = 3, .turned = 1};
  const std::vector<Rank> expected = {12, 14, 10, 18, 20, 16};
  for (int index = 0; index < group.count; ++index) {
    CHECK(group.rank_of(index) == expected[static_cast<std::size_t>(index)]);
    CHECK(group.index_of(group.rank_of(index)) == index);
  }
}

TEST_CASE("rings: two of them over two ports take half the time of one") {
  // 2 (P-1)/P n / B = 1.75 x 1.6 GB / 7.71 GB/s = 363 ms, as measured over one port.
  const double one_s = allreduce_s({});
  CHECK(one_s == doctest::Approx(0.363).epsilon(0.005));
  const double two_s =
      allreduce_s({{"rings", std::int64_t{2}}, {"ranks_per_node", std::int64_t{2}}});
  CHECK(two_s == doctest::Approx(one_s / 2).epsilon(0.005));
  // Rings in the same order leave each node from the same port.
  CHECK(allreduce_s({{"rings", std::int64_t{2}}}) == doctest::Approx(one_s).epsilon(0.005));
}

TEST_CASE("rings: as many as switches join the devices, or spread messages, use all of them") {
  // Eight devices on four switches: one ring goes over one link of each device, four rings have a
  // connection each, and these take the links in turn.
  const auto seconds = [](topologies::Routing routing, std::int64_t rings) {
    topologies::TopologySpec spec;
    spec.kind = "machine";
    spec.routing = routing;
    spec.settings = {
        {"devices", std::int64_t{8}}, {"switches", std::int64_t{4}}, {"link", link_of(50e9, 0)}};
    auto built = topologies::find_topology_kind(spec.kind)->build(spec);
    REQUIRE(built.ok());
    const Cluster cluster = {std::make_shared<const topologies::Topology>(std::move(*built)),
                             {{.flops_per_s = 1e24}}};
    RunOf run;
    run.kind = "sync_sgd";
    run.mlp = {.layers = 1, .width = 2000};
    run.training = {.batch = 1, .iterations = 1};
    run.options = {{"rings", rings}};
    const Setup setup = *make_setup(run.mlp, run.training, cluster, run.algorithm(), {});
    const double simulated_s = simulate(setup).makespan.seconds();
    CHECK(closed_form_of(setup).makespan.seconds() == doctest::Approx(simulated_s).epsilon(0.01));
    return simulated_s;
  };
  using topologies::Routing;
  const double one_s = seconds(Routing::ecmp, 1);
  CHECK(seconds(Routing::single, 1) == doctest::Approx(one_s).epsilon(0.01));
  CHECK(seconds(Routing::ecmp, 4) == doctest::Approx(one_s / 4).epsilon(0.01));
  CHECK(seconds(Routing::spread, 1) == doctest::Approx(one_s / 4).epsilon(0.01));
}

TEST_CASE("rings: together they sum what one ring sums") {
  RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 4;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 4, .learning_rate = 0.1};
  const auto one = testing::trained(run.setup()).numbers.parameters[0];
  run.options = {{"rings", std::int64_t{3}}, {"ranks_per_node", std::int64_t{2}}};
  const auto several = testing::trained(run.setup()).numbers.parameters[0];
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::abs(one[i] - several[i]) < 1e-6F);
}

}  // namespace lockstep::models
