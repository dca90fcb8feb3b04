// `--timeline`: rows of letters of runs that were recorded.
#include <doctest/doctest.h>

#include "reports/timeline.hpp"
#include "reports/timeline_rows.hpp"
#include "tests/reports/recorded_report.hpp"

namespace lockstep::reports {

namespace {

Picoseconds ns(std::int64_t nanoseconds) { return {nanoseconds * 1000}; }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

using Recorded = testing::RecordedReport;

// Products of 1 ms and messages of next to nothing.
models::testing::RunOf pipeline() {
  models::testing::RunOf run = testing::run_of("gpipe", 3);
  run.bytes_per_s = 1e14;
  run.latency_s = 1e-9;
  run.training.batch = 100'000;
  run.training.batch_is_global = true;
  run.options = {{"micro_batches", std::int64_t{1}}};
  return run;
}

}  // namespace

TEST_CASE("timeline: a column shows what takes most of it, or that nothing does for half of it") {
  // 64 columns of 1 ns.
  const std::vector<LetteredSpan> spans = {{'F', ns(0), ns(2)},     {'B', {2'400}, {2'800}},
                                           {'U', {3'400}, {3'700}}, {'B', {3'700}, ns(4)},
                                           {'F', {4'000}, {4'100}}, {'R', {4'300}, {4'500}},
                                           {'U', {4'600}, {5'000}}};
  const std::string row = timeline_row(spans, ns(64), 64);
  CHECK(row == "FF.UU" + std::string(59, '.'));
}

TEST_CASE("timeline: all ranks of a recorded run, and its critical path above them") {
  const Recorded run(pipeline());
  const std::string text = timelines_text(run.report, {});
  const auto row = [](const char* name, const std::string& letters) {
    return std::string("  ") + name + "  " + letters + "\n";
  };
  // Of 8 products one after another, 8 columns each, stage 0 computes the first and the last, and
  // there is no other path than all of them.
  CHECK(contains(text, row("path      ", std::string(24, 'F') + std::string(40, 'B'))));
  CHECK(contains(
      text, row("rank 0    ", std::string(8, 'F') + std::string(48, '.') + std::string(8, 'B'))));
  CHECK(contains(text, row("rank 2    ", std::string(16, '.') + std::string(8, 'F') +
                                             std::string(16, 'B') + std::string(24, '.'))));
  CHECK(contains(text, "timeline of gpipe\n"));
}

TEST_CASE("timeline: where a device has nothing to do, the message that reaches it shows") {
  models::testing::RunOf slow = pipeline();
  slow.bytes_per_s = 1e9;
  slow.latency_s = 0.1;
  const std::string text = timelines_text(Recorded(slow).report, {});
  CHECK(contains(text, "---"));
}

// Memory so slow that a fold of half the gradients, 12 bytes each, is a fair share of the run.
TEST_CASE(
    "timeline: an engine that folds messages has a row of its own, a device folds in its own") {
  models::testing::RunOf run = testing::run_of("sync_sgd", 2);
  run.device.memory_bytes_per_s = 1e6;
  run.bytes_per_s = 1e14;
  run.latency_s = 0;
  const std::string beside = timelines_text(Recorded(run).report, {});
  const std::size_t engine = beside.find("\n    engine    ");
  REQUIRE(engine != std::string::npos);
  const std::size_t end = beside.find('\n', engine + 1);
  CHECK(beside.substr(engine, end - engine).find("RR") != std::string::npos);
  run.device.reductions = models::Reductions::device;
  const std::string within = timelines_text(Recorded(run).report, {});
  CHECK_FALSE(contains(within, "engine"));
  CHECK(contains(within, "RR"));
}

TEST_CASE("timeline: colours stand around letters only where the style has them") {
  CHECK(coloured("FF..", {}) == "FF..");
  CHECK(coloured("FF.B", {.colours = true}) == "\033[34mFF\033[0m.\033[33mB\033[0m");
}

TEST_CASE("timeline: runs of many ranks are only named") {
  const std::string text = timelines_text(Recorded(testing::run_of("sync_sgd", 33)).report, {});
  CHECK(contains(text, "left out: it has 33 ranks, more than 32"));
  CHECK_FALSE(contains(text, "rank 0"));
}

}  // namespace lockstep::reports
