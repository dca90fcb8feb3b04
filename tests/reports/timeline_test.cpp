#include "reports/timeline.hpp"

#include <doctest/doctest.h>

#include "tests/models/run_of.hpp"

namespace lockstep::reports {

namespace {

// Products take 0.82 ms, everything else some microseconds.
models::testing::RunOf computing_run(const char* kind, int hosts) {
  models::testing::RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.bytes_per_s = 1e14;
  run.latency_s = 1e-9;
  run.training.batch = 100'000;
  return run;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("timeline: a worker's operations in order, and what it did when") {
  const std::string text = timeline_text(computing_run("sgd", 1).setup(), Style{});
  CHECK(contains(text, "rank 0      3 forward, 5 backward, update\n"));
  // 3 of 8 products are forward: 24 of 64 columns.
  CHECK(contains(text, "rank 0      " + std::string(24, 'F') + std::string(40, 'B') + "\n"));
}

TEST_CASE("timeline: a pattern that comes again is counted; and how many ranks are not shown") {
  models::testing::RunOf run = computing_run("sync_sgd", 12);
  CHECK(contains(timeline_text(run.setup(), Style{}),
                 "3 forward, 5 backward, 11 (exchange, reduce), 11 exchange, update"));
  run.options = {{"allreduce", std::string("star")}};
  // Of 5 gradients the first is stored, which takes no time and is not shown.
  const std::string text = timeline_text(run.setup(), Style{});
  CHECK(contains(text, "server 0    2 receive, 9 (reduce, receive), reduce, 11 post\n"));
  CHECK(contains(text, "rank 7 "));
  CHECK_FALSE(contains(text, "rank 8 "));
  CHECK(contains(text, "left out: 3 of 12 ranks\n"));
  CHECK(contains(text, "rank 1      the same, as the rank before\n"));
}

TEST_CASE("timeline: stages of a pipeline that wait for each other show it") {
  // 3 stages of one layer, one micro-batch: stage 1 waits for 1 forward, works 1, waits for stage
  // 2's 1 + 2, works 2, waits for stage 0's 1: of 8 products in all, 8 columns each.
  models::testing::RunOf run = computing_run("gpipe", 3);
  run.training.batch_is_global = true;
  run.options = {{"micro_batches", std::int64_t{1}}};
  const std::string text = timeline_text(run.setup(), Style{});
  CHECK(contains(text, "rank 1      " + std::string(8, '-') + std::string(8, 'F') +
                           std::string(24, '-') + std::string(16, 'B') + std::string(8, '.')));
}

TEST_CASE("timeline: none for more ranks than one would look at") {
  CHECK(timeline_text(computing_run("sync_sgd", 65).setup(), Style{}) ==
        "timeline left out: the run has 65 ranks, more than 64\n");
  CHECK(contains(timeline_text(computing_run("sync_sgd", 64).setup(), Style{}), "rank 0 "));
}

}  // namespace lockstep::reports
