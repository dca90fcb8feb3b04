// How near bounds are, in the shipped scenarios and in random ones: what is not said to be rough is
// within a fifth. Nor do closed forms leave out what many messages do to a link that they share.
// `build/release/lockstep_tests -tc='bounds:*' -s=false` prints the quartiles.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "scenarios/scenario.hpp"
#include "tests/models/random_run.hpp"
#include "tests/paths.hpp"

namespace lockstep::models {

namespace {

// Simulated times over lower bounds.
class Ratios {
 public:
  void add(const Setup& setup) {
    const ClosedForm form = closed_form_of(setup);
    if (form.claim != TimeClaim::lower_bound || form.makespan <= Picoseconds{}) return;
    const Simulated run = simulate(setup);
    REQUIRE(run.outcome.finished());
    const double ratio = run.makespan.seconds() / form.makespan.seconds();
    (form.rough.empty() ? near_ : rough_).push_back(ratio);
    CAPTURE(setup.label);
    CAPTURE(setup.pointer);
    CAPTURE(form.leaves_out);
    CAPTURE(setup.cluster.topology->kind);
    CAPTURE(static_cast<int>(setup.cluster.sharing));
    CAPTURE(static_cast<int>(setup.cluster.connections));
    CAPTURE(setup.workers);
    CAPTURE(setup.servers);
    CAPTURE(static_cast<int>(setup.placement));
    CAPTURE(setup.training.iterations);
    if (form.rough.empty()) CHECK(ratio <= near_factor);
  }

  [[nodiscard]] std::string text() const {
    return fmt::format("near: {}; rough: {}", quartiles(near_), quartiles(rough_));
  }
  [[nodiscard]] std::size_t near() const { return near_.size(); }

 private:
  static std::string quartiles(std::vector<double> ratios) {
    if (ratios.empty()) return "none";
    std::ranges::sort(ratios);
    const auto at = [&](double share) {
      return ratios[static_cast<std::size_t>(
          std::lround(share * static_cast<double>(ratios.size() - 1)))];
    };
    return fmt::format("{} bounds, simulated time over bound {:.3f} {:.3f} {:.3f} {:.3f} {:.3f}",
                       ratios.size(), at(0), at(0.25), at(0.5), at(0.75), at(1));
  }

  std::vector<double> near_;
  std::vector<double> rough_;
};

// What closed forms of `algorithms` make of the times that the simulation finds, by their labels.
std::map<std::string, double> shares_of(std::string_view cluster, std::string_view algorithms) {
  const std::string text = fmt::format(
      R"({{"model": {{"layers": 32, "width": 2048}},
           "training": {{"global_batch": 1024, "iterations": 3}},
           "cluster": {}, "algorithms": [{}]}})",
      cluster, algorithms);
  const auto loaded = scenarios::parse_scenario(text, "test.json");
  REQUIRE(loaded.ok());
  std::map<std::string, double> shares;
  for (const Setup& setup : loaded->runs) {
    const ClosedForm form = closed_form_of(setup);
    const double simulated_s = simulate(setup).makespan.seconds();
    shares[setup.label] = form.makespan.seconds() / simulated_s;
    CAPTURE(setup.label);
    if (form.claim == TimeClaim::lower_bound) CHECK(shares[setup.label] <= 1 + 1e-9);
  }
  return shares;
}

// Two machines of eight devices; four racks of four hosts whose uplinks are as fast as one of them;
// a ring of hosts.
constexpr std::array<std::string_view, 3> unlike_clusters = {
    R"("dgx1 x 2")",
    R"({"topology": {"kind": "tree", "levels": [
          {"children": 4, "link": {"bandwidth": "25 Gbit/s", "latency": "5 us"}},
          {"children": 4, "oversubscription": 4}]},
        "device": {"flops": "100 TFLOP/s"}})",
    R"({"topology": {"kind": "ring", "hosts": 16,
                     "link": {"bandwidth": "25 Gbit/s", "latency": "2 us"}},
        "device": {"flops": "100 TFLOP/s"}})"};

}  // namespace

TEST_CASE("bounds: messages of neighbours, and of trees, that share links between machines") {
  for (const std::string_view cluster : unlike_clusters) {
    CAPTURE(cluster);
    for (const auto& [label, share] : shares_of(cluster, R"(
           "d_psgd", "sgp", {"kind": "d_psgd", "label": "exponential", "graph": "exponential"},
           {"kind": "sync_sgd", "label": "double_tree", "allreduce": "double_tree"})")) {
      CAPTURE(label);
      CHECK(share > 0.85);
    }
    // Requests wait for each other at a neighbour as well.
    CHECK(shares_of(cluster, R"("ad_psgd")")["ad_psgd"] > 0.5);
  }
}

TEST_CASE("bounds: groups that sum at once share links between machines") {
  for (const std::string_view cluster : unlike_clusters) {
    CAPTURE(cluster);
    for (const auto& [label, share] : shares_of(cluster, R"(
           {"kind": "hybrid_parallel", "label": "2", "model_parallel": 2},
           {"kind": "hybrid_parallel", "label": "8", "model_parallel": 8},
           {"kind": "three_d_parallel", "label": "4 x 1", "tensor_parallel": 4},
           {"kind": "three_d_parallel", "label": "4 x 2", "tensor_parallel": 4,
            "pipeline_parallel": 2, "micro_batches": 8, "split": "pairs"})")) {
      CAPTURE(label);
      CHECK(share > 0.9);
      CHECK(share < 1.05);
    }
  }
}

TEST_CASE("bounds: a link between stages carries all micro-batches of all their ranks") {
  const auto shares = shares_of(
      R"({"topology": {"kind": "star", "hosts": 16,
                       "link": {"bandwidth": "1 Gbit/s", "latency": "50 us"}},
          "device": {"flops": "100 TFLOP/s"}})",
      R"({"kind": "three_d_parallel", "label": "replicas", "tensor_parallel": 1,
          "pipeline_parallel": 4, "micro_batches": 32, "split": "pairs"})");
  CHECK(shares.at("replicas") > 0.9);
}

TEST_CASE("bounds: in the shipped scenarios they are near, or said to be rough") {
  Ratios all;
  for (const char* name : {"survey", "asynchronous", "averaging", "stragglers", "two_racks",
                           "synchronous", "quickstart"}) {
    const auto loaded = scenarios::load_scenario(lockstep::testing::source_folder() / "scenarios" /
                                                 fmt::format("{}.json", name));
    REQUIRE(loaded.ok());
    for (const Setup& setup : loaded->runs) all.add(setup);
  }
  MESSAGE(all.text());
}

TEST_CASE("bounds: in random scenarios they are near, or rough") {
  for (const Algorithm* algorithm : algorithms()) {
    Ratios ratios;
    testing::RandomRuns runs(std::string(algorithm->kind), 10);
    for (int i = 0; i < 300; ++i) {
      const testing::RunOf run = runs.next();
      const Result<Setup> setup = run.result();
      CAPTURE(i);
      if (setup.ok()) ratios.add(*setup);
    }
    MESSAGE(algorithm->kind, ": ", ratios.text());
  }
}

}  // namespace lockstep::models
