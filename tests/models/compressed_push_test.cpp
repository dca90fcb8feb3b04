// Compressed pushes to parameter servers: what they send, and what servers and workers compute.
#include <doctest/doctest.h>

#include <string>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// L = 3, N = 64, S = 4: n = 12,480 scalars in 192 columns. 4 workers and a server, 5 iterations.
testing::RunOf pushing(const char* compression) {
  testing::RunOf run;
  run.kind = "async_sgd";
  run.hosts = 5;
  run.training.iterations = 5;
  run.options = {{"compression", std::string(compression)}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("compressed pushes: pushes are encoded, fetched parameters are dense") {
  // 20 pushes. one_bit: 12,480 bits and 192 pairs of means, 1,560 + 1,536 bytes.
  CHECK(simulated(pushing("one_bit")).bytes == 20 * (49'920 + 3'096));
  CHECK(simulated(pushing("sign")).bytes == 20 * (49'920 + 1'560 + 4));  // and one size
  CHECK(simulated(pushing("top_k")).bytes == 20 * (49'920 + 125 * 8));
  CHECK(simulated(pushing("power_sgd")).bytes == 20 * (49'920 + 2 * (65 + 64) * 3 * 4));
  CHECK(simulated(pushing("none")).bytes == 20 * 2 * 49'920);
}

TEST_CASE("compressed pushes: every server gets its own block, encoded") {
  // Two servers, 6,240 scalars each, 96 columns: 780 + 768 bytes. Beside workers 0 and 1, which
  // keep theirs: 3 x 2 of 4 x 2 blocks cross the network.
  testing::RunOf run = pushing("one_bit");
  run.hosts = 4;
  run.options.emplace_back("servers", std::int64_t{2});
  run.options.emplace_back("placement", std::string("colocated"));
  CHECK(simulated(run).bytes == 5 * 6 * (24'960 + 1'548));
  CHECK(simulated(run).messages == 5 * 6 * 2);
}

TEST_CASE("compressed pushes: residuals and low-rank products are FLOPs") {
  const auto reduce_flops = [](const testing::RunOf& run) {
    return simulated(run).flops[ComputeKind::reduce];
  };
  CHECK(reduce_flops(pushing("one_bit")) == 20 * 12'480);
  // Rank 2: products of 2 x 2 n: left, right and what is left out on the worker, one on the
  // server; orthogonalising 2 x 2^2 x 65 for each of 3 layers; the residual n.
  CHECK(reduce_flops(pushing("power_sgd")) == 20 * (4 * 4 * 12'480 + 3 * 520 + 12'480));
  testing::RunOf without = pushing("one_bit");
  without.options.emplace_back("error_feedback", false);
  CHECK(reduce_flops(without) == 0);
  CHECK(closed_form_of(without.setup()).memory.versions == 0);
  CHECK(closed_form_of(pushing("one_bit").setup()).memory.versions == 49'920);
}

TEST_CASE("compressed pushes: staleness is what it was") {
  CHECK(simulated(pushing("one_bit")).staleness_histogram ==
        simulated(pushing("none")).staleness_histogram);
}

TEST_CASE("compressed pushes: every algorithm that pushes gradients to servers can encode them") {
  for (const char* kind : {"downpour", "adag", "dc_asgd", "ssp"}) {
    CAPTURE(kind);
    testing::RunOf run = pushing("sign");
    run.kind = kind;
    CHECK(simulated(run).bytes == 20 * (49'920 + 1'560 + 4));
  }
}

TEST_CASE("compressed pushes: a full link of the server makes pushes the shorter half") {
  // 8 workers share the server's link. Pushes and answers of 39.936 us each way; with one bit a
  // weight pushes take 2.4768 us.
  testing::RunOf run = pushing("none");
  run.hosts = 9;
  run.training.iterations = 20;
  const double dense_s = simulated(run).makespan.seconds();
  run.options.front().second = std::string("one_bit");
  const double one_bit_s = simulated(run).makespan.seconds();
  CHECK(one_bit_s < 0.75 * dense_s);
  CHECK(one_bit_s > 8 * 20 * 39.936e-6);  // answers are as long as ever
}

TEST_CASE("compressed pushes: a lone worker pushes as ever, and reports say what is lost") {
  testing::RunOf run = pushing("one_bit");
  CHECK(approximation_of(run.setup()) ==
        std::string(find_algorithm("async_sgd")->approximation) +
            "; gradients are sent as one bit per weight; the remainder joins the next gradient");
  run.hosts = 2;
  testing::RunOf dense = run;
  dense.options.clear();
  CHECK(simulated(run).makespan == simulated(dense).makespan);
  CHECK(simulated(run).bytes == simulated(dense).bytes);
  CHECK(approximation_of(run.setup()) == find_algorithm("async_sgd")->approximation);
}

}  // namespace lockstep::models
