// Steps of collectives as one event, against the same runs message by message.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "models/algorithms/registry.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;

Simulated with(Granularity granularity, Setup setup) {
  setup.cluster.granularity = granularity;
  Simulated run = simulate(setup);
  REQUIRE(run.outcome.finished());
  return run;
}

// What both must agree on whatever the run.
void check_same_counts(const Simulated& by_steps, const Simulated& by_messages) {
  for (const ComputeKind kind : compute_kinds)
    CHECK(by_steps.flops[kind] == by_messages.flops[kind]);
  CHECK(by_steps.bytes == by_messages.bytes);
  CHECK(by_steps.messages == by_messages.messages);
  CHECK(by_steps.samples == by_messages.samples);
  CHECK(by_steps.staleness_histogram == by_messages.staleness_histogram);
  REQUIRE(by_steps.channels.size() == by_messages.channels.size());
  for (std::size_t i = 0; i < by_steps.channels.size(); ++i) {
    CHECK(by_steps.channels[i].channel == by_messages.channels[i].channel);
    CHECK(by_steps.channels[i].bytes == by_messages.channels[i].bytes);
    CHECK(by_steps.channels[i].busy == by_messages.channels[i].busy);
  }
}

// Every use adds up to the makespan, and devices compute as long.
void check_uses(const Simulated& by_steps, const Simulated& by_messages, bool all_alike) {
  REQUIRE(by_steps.workers.size() == by_messages.workers.size());
  for (std::size_t i = 0; i < by_steps.workers.size(); ++i) {
    const HostUse& one = by_steps.workers[i];
    const HostUse& other = by_messages.workers[i];
    CHECK(one.compute == other.compute);
    CHECK(one.compute + one.exposed_communication + one.idle == by_steps.makespan);
    if (!all_alike) continue;
    CHECK(one.communication == other.communication);
    CHECK(one.exposed_communication == other.exposed_communication);
  }
}

// Hosts in racks: links of 1.25 GB/s and 10 us, and uplinks of `uplink_bytes_per_s`. Host i is in
// rack i / `each`, or, dealt in turn, in rack i % `racks`.
topologies::Topology in_racks(int racks, int each, double uplink_bytes_per_s, bool in_turn) {
  topologies::TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"core"};
  for (int rack = 0; rack < racks; ++rack) {
    spec.nodes.push_back("s" + std::to_string(rack));
    spec.links.push_back(
        {spec.nodes.back(), "core", uplink_bytes_per_s, 10e-6, topologies::Duplex::full});
  }
  for (int host = 0; host < racks * each; ++host) {
    spec.nodes.push_back("h" + std::to_string(host));
    spec.host_names.push_back(spec.nodes.back());
    const int rack = in_turn ? host % racks : host / each;
    spec.links.push_back(
        {spec.nodes.back(), "s" + std::to_string(rack), 1.25e9, 10e-6, topologies::Duplex::full});
  }
  return *topologies::find_topology_kind("custom")->build(spec);
}

Setup on(const RunOf& run, topologies::Topology topology) {
  Cluster cluster = run.cluster();
  cluster.topology = std::make_shared<const topologies::Topology>(std::move(topology));
  return *make_setup(run.mlp, run.training, cluster, run.algorithm());
}

RunOf ring_of(int hosts, std::int64_t width, std::int64_t iterations = 3) {
  RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.mlp = {.layers = 2, .width = width};
  run.training.iterations = iterations;
  return run;
}

}  // namespace

TEST_CASE("whole_steps: by default they change nothing, in random runs of every algorithm") {
  int by_steps = 0;
  int back_to_messages = 0;
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns runs{std::string(algorithm->kind), 7};
    for (int i = 0; i < 40; ++i) {
      const RunOf run = runs.next();
      const Result<Setup> setup = run.result();
      if (!setup) continue;
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      const Simulated as_usual = with(Granularity::automatic, *setup);
      const Simulated by_messages = with(Granularity::message, *setup);
      CHECK(as_usual.makespan == by_messages.makespan);
      check_same_counts(as_usual, by_messages);
      check_uses(as_usual, by_messages, false);
      CHECK(as_usual.steps.message_by_message == 0);
      by_steps += as_usual.steps.whole > 0 ? 1 : 0;
      back_to_messages += as_usual.steps.why_not.empty() ? 0 : 1;
    }
  }
  CHECK(by_steps > 40);
  CHECK(back_to_messages > 5);
}

TEST_CASE("whole_steps: rings on stars, trees and shared links end to the picosecond") {
  int by_steps = 0;
  for (const int racks : {1, 2, 3})
    for (const bool in_turn : {false, true})
      for (const double uplink : {0.3e9, 1.25e9, 20e9})
        for (const std::int64_t width : {24, 25, 31})
          for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min}) {
            RunOf run = ring_of(racks * 4, width);
            run.sharing = sharing;
            run.device.reductions = width == 24 ? Reductions::engine : Reductions::device;
            const Setup setup = on(run, in_racks(racks, 4, uplink, in_turn));
            CAPTURE(racks);
            CAPTURE(in_turn);
            CAPTURE(uplink);
            CAPTURE(width);
            CAPTURE(static_cast<int>(sharing));
            const Simulated as_usual = with(Granularity::automatic, setup);
            const Simulated by_messages = with(Granularity::message, setup);
            CHECK(as_usual.makespan == by_messages.makespan);
            check_same_counts(as_usual, by_messages);
            by_steps += as_usual.steps.whole > 0 ? 1 : 0;
            // Wherever ranks begin together, no message takes longer than all are said to.
            const Simulated forced = with(Granularity::step, setup);
            CHECK(forced.makespan >= by_messages.makespan);
            CHECK(forced.bytes == by_messages.bytes);
          }
  CHECK(by_steps > 60);
}

TEST_CASE("whole_steps: butterflies on stars, trees and shared links end to the picosecond") {
  int by_steps = 0;
  for (const char* kind : {"halving_doubling", "recursive_doubling"})
    for (const int racks : {1, 2, 3, 4})
      for (const bool in_turn : {false, true})
        for (const double uplink : {0.3e9, 1.25e9, 20e9})
          for (const std::int64_t width : {24, 25})
            for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min}) {
              RunOf run = ring_of(racks * 4, width);
              run.options = {{"allreduce", std::string(kind)}};
              run.sharing = sharing;
              run.device.reductions = width == 24 ? Reductions::engine : Reductions::device;
              const Setup setup = on(run, in_racks(racks, 4, uplink, in_turn));
              CAPTURE(kind);
              CAPTURE(racks);
              CAPTURE(in_turn);
              CAPTURE(uplink);
              CAPTURE(width);
              CAPTURE(static_cast<int>(sharing));
              const Simulated as_usual = with(Granularity::automatic, setup);
              const Simulated by_messages = with(Granularity::message, setup);
              CHECK(as_usual.makespan == by_messages.makespan);
              check_same_counts(as_usual, by_messages);
              check_uses(as_usual, by_messages, as_usual.steps.whole > 0);
              by_steps += as_usual.steps.whole > 0 ? 1 : 0;
              // Three racks have no power of two of ranks.
              CHECK((racks != 3 || as_usual.steps.whole == 0));
              const Simulated forced = with(Granularity::step, setup);
              CHECK(forced.makespan == by_messages.makespan);
              CHECK(forced.bytes == by_messages.bytes);
            }
  CHECK(by_steps > 100);
}

TEST_CASE("whole_steps: one event in place of the messages of log2 P steps") {
  // 2 x 24 x 25 scalars on eight ranks: blocks of 150. Three iterations, each with three steps that
  // halve and three that double.
  RunOf run = ring_of(8, 24);
  run.options = {{"allreduce", std::string("halving_doubling")}};
  const Setup setup = run.setup();
  const Simulated as_usual = with(Granularity::automatic, setup);
  const Simulated by_messages = with(Granularity::message, setup);
  CHECK(as_usual.makespan == by_messages.makespan);
  CHECK(as_usual.steps.whole == 6);
  CHECK(as_usual.steps.steps == 18);
  CHECK(as_usual.steps.why_not.empty());
  // Of 144 messages, the end of the latency and the last byte; of 72 folds, the end.
  CHECK(by_messages.events - as_usual.events == 2 * 144 + 72 - 6);
}

TEST_CASE("whole_steps: butterflies whose messages differ go by messages") {
  // Two racks of three and of one: swaps at distance 1 cross a switch, or two.
  RunOf run = ring_of(4, 24);
  run.options = {{"allreduce", std::string("halving_doubling")}};
  topologies::TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"a", "b", "h0", "h1", "h2", "h3"};
  spec.host_names = {"h0", "h1", "h2", "h3"};
  for (const char* host : {"h0", "h1", "h2"})
    spec.links.push_back({host, "a", 1.25e9, 10e-6, topologies::Duplex::full});
  spec.links.push_back({"h3", "b", 1.25e9, 10e-6, topologies::Duplex::full});
  spec.links.push_back({"a", "b", 1.25e9, 10e-6, topologies::Duplex::full});
  const Setup setup = on(run, *topologies::find_topology_kind("custom")->build(spec));
  const Simulated as_usual = with(Granularity::automatic, setup);
  const Simulated by_messages = with(Granularity::message, setup);
  CHECK(as_usual.steps.whole == 0);
  CHECK(as_usual.steps.why_not == "ranks drift apart in this collective");
  CHECK(as_usual.makespan == by_messages.makespan);
  check_same_counts(as_usual, by_messages);
  const Simulated forced = with(Granularity::step, setup);
  CHECK(forced.steps.whole == 0);
  CHECK(forced.steps.message_by_message >= 6);  // ranks reach the doubling at different times
  CHECK(forced.makespan == by_messages.makespan);
}

TEST_CASE("whole_steps: one event in place of P (P-1) messages") {
  // 5 x 20 x 21 scalars on six ranks: chunks of 350. Two collectives an iteration, three
  // iterations.
  RunOf run = ring_of(6, 20);
  run.mlp.layers = 5;
  const Setup setup = run.setup();
  const Simulated as_usual = with(Granularity::automatic, setup);
  const Simulated by_messages = with(Granularity::message, setup);
  CHECK(as_usual.makespan == by_messages.makespan);
  check_uses(as_usual, by_messages, true);
  CHECK(as_usual.steps.whole == 6);
  CHECK(as_usual.steps.steps == 30);
  CHECK(as_usual.steps.why_not.empty());
  CHECK_FALSE(by_messages.steps.any());
  // Of 180 messages, the end of the latency and the last byte; of 90 folds, the end. Each
  // collective is one event.
  CHECK(by_messages.events - as_usual.events == 2 * 180 + 90 - 6);
}

TEST_CASE("whole_steps: work beside the folds on a device goes message by message") {
  // With overlap, the gradients of one layer are summed while those of the layer before are
  // computed, on the same device.
  RunOf run = ring_of(4, 64);
  run.mlp.layers = 6;
  run.options = {{"overlap", true}};
  run.device.reductions = Reductions::device;
  const Simulated as_usual = with(Granularity::automatic, run.setup());
  CHECK(as_usual.steps.whole == 0);
  CHECK(as_usual.steps.why_not == "devices or links were busy when a collective began");
  CHECK(as_usual.makespan == with(Granularity::message, run.setup()).makespan);
  // Beside it, on an engine of its own, each fold waits for nobody.
  run.device.reductions = Reductions::engine;
  const Simulated on_engines = with(Granularity::automatic, run.setup());
  CHECK(on_engines.steps.why_not.empty());
  CHECK(on_engines.steps.whole == 2 * 6 * 3);
  CHECK(on_engines.makespan == with(Granularity::message, run.setup()).makespan);
  check_uses(on_engines, with(Granularity::message, run.setup()), false);
}

TEST_CASE("whole_steps: ranks that do not begin together take theirs by messages") {
  RunOf run = ring_of(4, 32);
  Setup setup = run.setup();
  DeviceSpec slow = run.device;
  slow.flops_per_s /= 3;
  setup.cluster.devices = {run.device, run.device, slow, run.device};
  const Simulated forced = with(Granularity::step, setup);
  CHECK(forced.steps.message_by_message > 0);
  const Simulated by_messages = with(Granularity::message, setup);
  CHECK(forced.makespan >= by_messages.makespan);
  CHECK(forced.messages == by_messages.messages);
  const Simulated as_usual = with(Granularity::automatic, setup);
  CHECK(as_usual.steps.why_not == "ranks reached the steps of a collective at different times");
  CHECK(as_usual.makespan == by_messages.makespan);
}

TEST_CASE("whole_steps: a run can be simulated by steps alone only if it sends nothing else") {
  const auto alone = [](const RunOf& run) { return simulate_by_steps_alone(run.setup()); };
  RunOf run = ring_of(5, 30);
  const std::optional<Simulated> ring = alone(run);
  REQUIRE(ring);
  CHECK(ring->makespan == with(Granularity::message, run.setup()).makespan);
  run.options = {{"allreduce", std::string("tree")}};
  CHECK_FALSE(alone(run));
  run.options.clear();
  run.kind = "async_sgd";
  CHECK_FALSE(alone(run));
  Setup by_messages = ring_of(5, 30).setup();
  by_messages.cluster.granularity = Granularity::message;
  CHECK_FALSE(simulate_by_steps_alone(by_messages));
}

TEST_CASE("whole_steps: a ring of 65,536 ranks, from the formula") {
  // 2 (P-1) steps of 8 bytes (two scalars): 20 us and 6.4 ns each, half of them with a fold of two
  // operations at 1 TFLOP/s and 1 us of launch.
  RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 65'536;
  run.mlp = {.layers = 1, .width = 362};  // 131,406 scalars: two each, and 334 chunks of three
  const Setup setup = run.setup();
  const Simulated simulated = with(Granularity::automatic, setup);
  CHECK(simulated.messages == Count{2} * 65'535 * 65'536);
  CHECK(simulated.steps.steps == 2 * 65'535);
  const double sum_s = 65'535 * (2 * (20e-6 + 12 / 1.25e9) + 1e-6 + 3e-12);
  const double others_s = simulated.makespan.seconds() - sum_s;
  // Its passes and the update: some launches.
  CHECK(others_s > 2e-6);
  CHECK(others_s < 20e-6);
}

}  // namespace lockstep::models
