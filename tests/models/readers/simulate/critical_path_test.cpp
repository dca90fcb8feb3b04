#include "models/readers/simulate/critical_path.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/improvements.hpp"
#include "models/readers/simulate/path_shares.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

struct Explained {
  Setup setup;
  Simulated simulated;
  std::vector<PathStep> path;
  PathShares shares;

  [[nodiscard]] Improvement better(Part part) const {
    for (const Improvement& one : improvements(setup, shares, simulated.makespan, 1.1))
      if (one.part == part) return one;
    FAIL("no such part");
    return {};
  }
};

Explained explain(const Setup& setup) {
  Causes causes(1'000'000);
  Explained result = {setup, simulate(setup, {}, {.causes = &causes}), {}, {}};
  REQUIRE(result.simulated.outcome.finished());
  REQUIRE(causes.complete());
  result.path = critical_path(causes);
  result.shares = shares_of(result.path, setup);
  return result;
}

double seconds_of(const PathShares& shares, ActivityKind kind) {
  return shares.kinds[static_cast<std::size_t>(kind)].seconds();
}

// One activity after another, from the begin of the run to its end.
void check_path(const std::vector<PathStep>& path, Picoseconds makespan) {
  Picoseconds now;
  for (const auto& [pause, activity] : path) {
    CHECK(pause >= Picoseconds{});
    CHECK(activity.begin == now + pause);
    CHECK(activity.end >= activity.begin);
    now = activity.end;
  }
  CHECK(now == makespan);
}

}  // namespace

TEST_CASE("critical path: as long as the run, of every algorithm, over random scenarios") {
  constexpr int runs_each = 60;
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs(std::string(algorithm->kind), 11);
    int accepted = 0;
    for (int i = 0; i < runs_each; ++i) {
      const Result<Setup> setup = runs.next().result();
      if (!setup.ok()) continue;
      ++accepted;
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      const Explained run = explain(*setup);
      check_path(run.path, run.simulated.makespan);
      CHECK(run.shares.total() == run.simulated.makespan);
      CHECK(run.shares.pauses == Picoseconds{});  // endpoints are free here
    }
    CHECK(accepted > 0);
  }
}

TEST_CASE("critical path: causes change nothing in the run") {
  const Setup setup = testing::RunOf{.kind = "async_sgd"}.setup();
  const Simulated without = simulate(setup);
  const Explained run = explain(setup);
  CHECK(run.simulated.makespan == without.makespan);
  CHECK(run.simulated.events == without.events);
}

// Two ranks: all computes, a message with half of the gradients each way, the sum of a half, and
// the same back. 3 x 64 x 65 parameters of 4 bytes, of which half go over 1.25 GB/s.
TEST_CASE("critical path: of a ring of two, what each part of the iteration takes") {
  const testing::RunOf two = {.hosts = 2, .kind = "sync_sgd"};
  const Explained run = explain(two.setup());
  const double bytes = 3 * 64 * 65 * 4.0 / 2;
  const HostUse& use = run.simulated.workers.front();
  CHECK(seconds_of(run.shares, ActivityKind::reduce) == 0);
  const double fold_s = 3 * 64 * 65 / 2.0 / 1e12 + 1e-6;  // on the engine: no computing
  CHECK(seconds_of(run.shares, ActivityKind::reduce_on_engine) == doctest::Approx(fold_s));
  CHECK(run.shares.devices().seconds() == doctest::Approx(use.compute.seconds() + fold_s));
  CHECK(run.shares.latency.seconds() == doctest::Approx(2 * 20e-6));  // two links a message
  CHECK(run.shares.transfer.seconds() == doctest::Approx(2 * bytes / 1.25e9).epsilon(1e-6));
  CHECK(seconds_of(run.shares, ActivityKind::message) ==
        doctest::Approx(run.shares.latency.seconds() + run.shares.transfer.seconds()));
  CHECK(seconds_of(run.shares, ActivityKind::endpoint) == doctest::Approx(0));
}

// With nothing overlapped and nothing shared, the path stays where it is.
TEST_CASE("improvements: what the path foretells is what the better cluster does") {
  const testing::RunOf two = {.hosts = 2, .kind = "sync_sgd"};
  const Explained run = explain(two.setup());
  for (const Part part : {Part::devices, Part::bandwidth, Part::latency}) {
    CAPTURE(static_cast<int>(part));
    const Improvement better = run.better(part);
    CHECK(*better.simulated_makespan < run.simulated.makespan);
    CHECK(better.predicted_makespan.seconds() ==
          doctest::Approx(better.simulated_makespan->seconds()).epsilon(1e-6));
  }
}

// All of its path is on the device.
TEST_CASE("improvements: of one rank only the device can be better, and all of the run gains") {
  testing::RunOf alone = {.hosts = 1, .kind = "sgd"};
  const Explained run = explain(alone.setup());
  const std::vector<Improvement> all =
      improvements(run.setup, run.shares, run.simulated.makespan, 1.1);
  REQUIRE(all.size() == 1);  // one rank has no links to improve
  CHECK(all.front().part == Part::devices);
  CHECK(all.front().predicted_makespan.seconds() ==
        doctest::Approx(run.simulated.makespan.seconds() / 1.1).epsilon(1e-6));
}

TEST_CASE("improvements: of slow endpoints, waking up and copying count as theirs") {
  Setup setup = testing::RunOf{.hosts = 2, .kind = "sync_sgd"}.setup();
  setup.cluster.endpoint = {
      .overhead_s = 5e-6, .copy_bytes_per_s = 1e9, .eager = true, .wakes = {{0, 0}, {1e-3, 50e-6}}};
  const Explained run = explain(setup);
  check_path(run.path, run.simulated.makespan);
  CHECK(run.shares.endpoints() > Picoseconds{});
  const Improvement better = run.better(Part::endpoints);
  CHECK(better.predicted_makespan.seconds() ==
        doctest::Approx(better.simulated_makespan->seconds()).epsilon(1e-3));
}

TEST_CASE("critical path: links of two kinds are told apart") {
  Setup setup = testing::RunOf{.hosts = 2, .kind = "sync_sgd"}.setup();
  topologies::Topology topology = *setup.cluster.topology;
  topology.links.front().bytes_per_s /= 10;
  topologies::make_channels(topology);
  setup.cluster.topology = std::make_shared<const topologies::Topology>(std::move(topology));
  const Explained run = explain(setup);
  CHECK(run.shares.narrowest.front() == run.shares.transfer);
  CHECK(run.shares.narrowest.back() == Picoseconds{});
  std::vector<Improvement> classes;
  for (const Improvement& one : improvements(setup, run.shares, run.simulated.makespan, 1.1))
    if (one.part == Part::link_class) classes.push_back(one);
  REQUIRE(classes.size() == 2);  // the slow one first
  CHECK(classes[0].bytes_per_s == doctest::Approx(1.25e8));
  CHECK(*classes[0].simulated_makespan < run.simulated.makespan);
  CHECK(*classes[1].simulated_makespan == run.simulated.makespan);
  CHECK(classes[1].predicted_makespan == run.simulated.makespan);
}

// Alone, it is one of many that have to keep up; a server's link is the one that all wait for.
TEST_CASE("improvements: the one link that the path waits for most, where others are like it") {
  const auto one_link = [](const Setup& setup) {
    const Explained run = explain(setup);
    std::vector<Improvement> found;
    for (const Improvement& one : improvements(setup, run.shares, run.simulated.makespan, 1.1))
      if (one.part == Part::link) found.push_back(one);
    REQUIRE(found.size() == 1);
    CHECK(found[0].predicted_makespan < run.simulated.makespan);
    return std::pair(found[0], run.simulated.makespan);
  };
  const auto [of_ring, ring] = one_link(testing::RunOf{.hosts = 4, .kind = "sync_sgd"}.setup());
  CHECK(of_ring.simulated_makespan->seconds() > 0.98 * ring.seconds());
  testing::RunOf served{.hosts = 5, .kind = "async_sgd"};
  const Setup setup = served.setup();
  const auto [of_server, server] = one_link(setup);
  const auto& topology = *setup.cluster.topology;
  const topologies::Link& link = topology.links[static_cast<std::size_t>(of_server.link)];
  const auto server_node = topology.hosts[static_cast<std::size_t>(setup.host_of(setup.workers))];
  CHECK((link.from == server_node || link.to == server_node));
  CHECK(*of_server.simulated_makespan < server);
  // Of a single link, or one of a kind, the table has the bandwidth of all, or of its class.
  const Setup pair = testing::RunOf{.hosts = 1, .kind = "sgd"}.setup();
  const Explained alone = explain(pair);
  for (const Improvement& one : improvements(pair, alone.shares, alone.simulated.makespan, 1.1))
    CHECK(one.part != Part::link);
}

// A run that is too long for its causes to be kept has no path: whoever asks must look first.
TEST_CASE("causes: hold so many, and say if there were more") {
  Causes causes(3);
  const Simulated run =
      simulate(testing::RunOf{.kind = "sync_sgd"}.setup(), {}, {.causes = &causes});
  CHECK(run.outcome.finished());
  CHECK(causes.activities().size() == 3);
  CHECK_FALSE(causes.complete());
  CHECK(critical_path(Causes(10)).empty());
}

}  // namespace lockstep::models
