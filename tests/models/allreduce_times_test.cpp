// Times of allreduces against their published formulas, beside those in collectives_test.cpp.
#include <doctest/doctest.h>

#include <memory>

#include "models/cost/make_setup.hpp"
#include "tests/models/allreduce_runs.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::models {

namespace {

using testing::sum_of;
using testing::sum_s;

// N = 255: n = 65,280 scalars, 261,120 bytes; alpha = 2 x 10 us, beta = 1 / 1.25e9 s.
constexpr std::int64_t width = 255;
constexpr double scalars = 65'280;
constexpr double alpha = 20e-6;
constexpr double n_beta = scalars * 4 / 1.25e9;
// 1 us of launch, gamma = 1 / 1e12 s a scalar.
constexpr double fold_s(double of) { return 1e-6 + of / 1e12; }

// `nodes` nodes of `hosts_each` hosts: host links of 10 GB/s and 1 us to the node's switch, one
// link of 2 GB/s and 5 us from there to the top.
topologies::Topology two_levels(int nodes, int hosts_each) {
  topologies::TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"top"};
  for (int node = 0; node < nodes; ++node) {
    const std::string node_switch = "s" + std::to_string(node);
    spec.nodes.push_back(node_switch);
    spec.links.push_back({node_switch, "top", 2e9, 5e-6, topologies::Duplex::full});
    for (int host = 0; host < hosts_each; ++host) {
      const std::string name = "h" + std::to_string(node * hosts_each + host);
      spec.nodes.push_back(name);
      spec.host_names.push_back(name);
      spec.links.push_back({name, node_switch, 10e9, 1e-6, topologies::Duplex::full});
    }
  }
  return *topologies::find_topology_kind("custom")->build(spec);
}

}  // namespace

TEST_CASE("recursive_doubling: six ranks fold to four, and back, with n bytes each") {
  // floor(log2 6) = 2 steps of alpha + n beta and a fold; one more fold and two messages for the
  // ranks that are folded in.
  CHECK(sum_s(sum_of("recursive_doubling", 6, width)) ==
        doctest::Approx(4 * (alpha + n_beta) + 3 * fold_s(scalars)).epsilon(1e-9));
}

TEST_CASE("halving_doubling: (2 floor(log2 P) + 2) alpha for six ranks, 3/4 of n in the middle") {
  // Thakur, Rabenseifner and Gropp: (2 floor(log2 P) + 2) alpha + (2 (P'-1)/P' + 2) n beta, with
  // the P' = 4 ranks that take part; n (1 + (P'-1)/P') gamma in folds of n, n/2 and n/4.
  CHECK(sum_s(sum_of("halving_doubling", 6, width)) ==
        doctest::Approx(6 * alpha + (2 * 3.0 / 4 + 2) * n_beta + fold_s(scalars) +
                        fold_s(scalars / 2) + fold_s(scalars / 4))
            .epsilon(1e-9));
}

TEST_CASE("sharded_server: the busier of a worker's link and a server's, there and back") {
  // P = 8, K = 4 on hosts of their own: a server takes P n / K = 2 n, a worker sends n. Seven folds
  // of n/4.
  CHECK(sum_s(sum_of("sharded_server", 12, width, {{"servers", std::int64_t{4}}})) ==
        doctest::Approx(2 * (alpha + 2 * n_beta) + 7 * fold_s(scalars / 4)).epsilon(1e-9));
  // K = P beside the workers: the ring's (P-1)/P n each way, in one hop.
  CHECK(sum_s(sum_of("sharded_server", 8, width,
                     {{"servers", std::int64_t{8}}, {"placement", std::string("colocated")}})) ==
        doctest::Approx(2 * (alpha + 7.0 / 8 * n_beta) + 7 * fold_s(scalars / 8)).epsilon(1e-9));
}

TEST_CASE("hierarchical: within nodes at the node's speed, across them g rings share a link") {
  // g = 2, q = 3. Within: alpha_1 = 2 us, n/g = 130,560 bytes at 10 GB/s. Across: alpha_2 = 12 us,
  // n/P = 43,520 bytes at 2 GB/s over the s = g = 2 rings that use each node's one link. 2 (g-1)
  // and 2 (q-1) steps, folds of n/g and n/P in half of them.
  const testing::RunOf run =
      sum_of("hierarchical", 6, width, {{"ranks_per_node", std::int64_t{2}}});
  Cluster cluster = run.cluster();
  cluster.topology = std::make_shared<const topologies::Topology>(two_levels(3, 2));
  const Setup setup = *make_setup(run.mlp, run.training, cluster, run.algorithm());
  const double expected_s = 2 * (2e-6 + 130'560 / 10e9) + fold_s(scalars / 2) +
                            4 * (12e-6 + 2 * 43'520 / 2e9) + 2 * fold_s(scalars / 6);
  CHECK(sum_s(setup, simulate(setup).makespan) == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(sum_s(setup, closed_form_of(setup).makespan) == doctest::Approx(expected_s).epsilon(1e-9));
}

}  // namespace lockstep::models
