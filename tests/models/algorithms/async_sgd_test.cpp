// Asynchronous SGD: compute groups, and momentum that staleness is counted into.
#include <doctest/doctest.h>

#include "tests/models/results_of.hpp"

namespace lockstep::models {

namespace {

using testing::closed_form;
using testing::simulated;

constexpr std::int64_t parameters = 12'480;  // 3 (64^2 + 64), of 4 bytes

testing::RunOf async_sgd(int workers, std::int64_t groups) {
  testing::RunOf run;
  run.kind = "async_sgd";
  run.hosts = workers + 1;
  run.device.launch_overhead_s = 0;
  run.training.iterations = 8;
  run.options = {{"compute_groups", groups}};
  return run;
}

}  // namespace

TEST_CASE("async_sgd: as many groups as workers is no groups, to the last event") {
  const Simulated alone = simulated(async_sgd(5, 0));
  const Simulated grouped = simulated(async_sgd(5, 5));
  CHECK(grouped.makespan == alone.makespan);
  CHECK(grouped.events == alone.events);
  CHECK(grouped.flops == alone.flops);
  CHECK(grouped.staleness_histogram == alone.staleness_histogram);
}

TEST_CASE("async_sgd: a group sends as much as its workers would, and updates once") {
  // 7 workers in groups of 4 and 3. Each iteration: 5 gradients to a first worker and parameters
  // back, 2 pushes and answers: 14 messages of 49,920 bytes, as 7 pushes and answers are. 5 folds
  // and 2 updates of n parameters.
  const Simulated result = simulated(async_sgd(7, 2));
  CHECK(result.messages == 8 * 14);
  CHECK(result.bytes == simulated(async_sgd(7, 0)).bytes);
  CHECK(result.flops[ComputeKind::reduce] == Count{8} * 5 * parameters);
  CHECK(result.flops[ComputeKind::update] == Count{8} * 2 * 2 * parameters);
}

TEST_CASE("async_sgd: staleness is g - 1 with g groups, and none with one") {
  for (const std::int64_t groups : {1, 2, 3, 6}) {
    CAPTURE(groups);
    const testing::RunOf run = async_sgd(6, groups);
    const Simulated result = simulated(run);
    const ClosedForm form = closed_form(run);
    CHECK(form.staleness.max == groups - 1);
    CHECK(result.staleness.max == form.staleness.max);
    CHECK(result.staleness.mean == doctest::Approx(form.staleness.mean).epsilon(1e-12));
  }
}

TEST_CASE("async_sgd: a worker beside the server may run through before the other is heard") {
  // Two equal hosts, slow messages: worker 0 shares the server's host, and has made its 40 updates
  // before the first push of worker 1 is there. That push is 40 updates old, all others 0: 0.5 in
  // the mean of 80. At most: one pair of workers, 2 x 40 - 1 updates older.
  for (const char* kind : {"async_sgd", "dc_asgd", "adag", "downpour"}) {
    CAPTURE(kind);
    testing::RunOf run;
    run.kind = kind;
    run.topology = "fully_connected";
    run.hosts = 2;
    run.mlp = {.layers = 1, .width = 4};
    run.bytes_per_s = 1e4;
    run.latency_s = 0;
    run.device = {.flops_per_s = 1e6};
    run.training = {.batch = 1, .iterations = 40};
    run.options = {{"placement", std::string("colocated")}};
    const Simulated result = simulated(run);
    CHECK(result.staleness.max == 40);
    CHECK(result.staleness.mean == 0.5);
    const ClaimedStaleness claimed = closed_form(run).staleness;
    CHECK_FALSE(claimed.exact);
    CHECK(claimed.max == 40);
    CHECK(claimed.mean == doctest::Approx(79 / 80.0).epsilon(1e-12));
  }
}

TEST_CASE("async_sgd: one group of two workers does one thing after another") {
  // 8 products of 65.536 ns; the second worker's gradient, 20 us and 49,920 bytes at 1.25 GB/s =
  // 39.936 us; a fold of 12.48 ns; a push as long, an update of 24.96 ns, the answer, and the
  // parameters for the second worker: 4 messages in all, 8 times.
  const double expected_s = 8 * (8 * 65.536e-9 + 4 * (20e-6 + 39.936e-6) + 12.48e-9 + 24.96e-9);
  const testing::RunOf run = async_sgd(2, 1);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(closed_form(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("async_sgd: in a group all gradients that leave a worker are encoded") {
  // 12,480 bits and 192 pairs of means: 1,560 + 1,536 bytes; two factors of rank 2: 2 (65 + 64) 3
  // scalars. 7 workers in groups of 4 and 3: 5 gradients to a first worker, 2 pushes; 7 times the
  // dense parameters back. Residuals are n FLOPs for each of the 7; a fold is n, 5 of them.
  testing::RunOf run = async_sgd(7, 2);
  run.options.emplace_back("compression", std::string("one_bit"));
  CHECK(simulated(run).messages == 8 * 14);
  CHECK(simulated(run).bytes == Count{8} * 7 * (3'096 + 49'920));
  CHECK(simulated(run).flops[ComputeKind::reduce] == Count{8} * (7 + 5) * parameters);
  CHECK(closed_form(run).memory.versions == Count{parameters} * 4);
  CHECK(simulated(run).staleness_histogram == simulated(async_sgd(7, 2)).staleness_histogram);
  // Low rank: each of 7 encodes by 3 products of 2 x 2 n, 2 x 2^2 x 65 in each of 3 layers and n;
  // 2 x 2 n more where a first worker, or the server, multiplies out; 5 folds of n.
  run.options.back().second = std::string("power_sgd");
  CHECK(simulated(run).bytes == Count{8} * 7 * (2 * 129 * 3 * 4 + 49'920));
  CHECK(simulated(run).flops[ComputeKind::reduce] ==
        Count{8} * (7 * (3 * 4 * parameters + 3 * 520 + parameters) + 7 * 4 * parameters +
                    5 * parameters));
}

TEST_CASE("async_sgd: a compressed group of two does one thing after another too") {
  // As above with two messages of 3,096 bytes, 2.4768 us, two of 49,920 bytes, 39.936 us, and two
  // encodings that cost the residual's n FLOPs, 12.48 ns.
  const double expected_s = 8 * (8 * 65.536e-9 + 2 * (20e-6 + 2.4768e-6) + 2 * (20e-6 + 39.936e-6) +
                                 3 * 12.48e-9 + 24.96e-9);
  testing::RunOf run = async_sgd(2, 1);
  run.options.emplace_back("compression", std::string("one_bit"));
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(closed_form(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("async_sgd: compensated momentum costs a velocity, where any is left to give") {
  testing::RunOf run = async_sgd(4, 0);
  const Simulated plain = simulated(run);
  run.options.emplace_back("momentum", std::string("compensated"));
  const Simulated compensated = simulated(run);
  CHECK(compensated.bytes == plain.bytes);
  CHECK(compensated.staleness_histogram == plain.staleness_histogram);
  // 4 workers x 8 pushes: 4 FLOPs a parameter in place of 2.
  CHECK(compensated.flops[ComputeKind::update] ==
        plain.flops[ComputeKind::update] + Count{32} * 2 * parameters);
  CHECK(closed_form(run).server_memory.versions == Count{parameters} * 4);
  // 4 pushers give 1 - 1/4 by themselves: with that as the target the servers add none.
  run.options.emplace_back("target_momentum", 0.75);
  CHECK(simulated(run).flops == plain.flops);
  CHECK(closed_form(run).server_memory.versions == 0);
  // Less is wanted than there is: a negative momentum costs as much as a positive one.
  run.options.emplace_back("target_momentum", 0.5);
  CHECK(simulated(run).flops == compensated.flops);
  // 2 groups give 1/2.
  run.options.emplace_back("compute_groups", std::int64_t{2});
  CHECK(closed_form(run).server_memory.versions == 0);
}

TEST_CASE("async_sgd: more groups than workers are refused") {
  CHECK(async_sgd(4, 5).result().faults() ==
        Faults{{"/algorithm/compute_groups", "must be at most the number of workers, 4, found 5"}});
}

}  // namespace lockstep::models
