#include "cli/sweep_point.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "cli/workers.hpp"
#include "reports/sweep_line.hpp"
#include "tests/paths.hpp"

using namespace lockstep;
using namespace lockstep::cli;

// Every algorithm at once, as `lockstep_thread_tests` watches for races.
TEST_CASE("sweep_point: points that run at the same time give the lines of points in turn") {
  scenarios::LoadOptions options;
  options.overrides = {{"/training/iterations", "1"}, {"/model/width", "32"}};
  options.axes = {{"/training/seed", "1,2,3,4,5,6"}};
  const auto swept = scenarios::SweptScenario::load(
      lockstep::testing::source_folder() / "scenarios/survey.json", options);
  REQUIRE(swept.ok());
  const SweepPoints points{.swept = &*swept, .identity = "0"};
  std::vector<std::string> lines(6);
  Workers(3, lines.size(), [&](std::size_t point) {
    lines[point] = reports::line_text(*points.line(point));
    return true;
  }).join();
  for (std::size_t point = 0; point < lines.size(); ++point)
    CHECK(lines[point] == reports::line_text(*points.line(point)));
}

TEST_CASE("workers: every job is done once, and none after one that was enough") {
  std::vector<std::atomic<int>> done(1000);
  Workers(4, done.size(), [&](std::size_t job) {
    ++done[job];
    return true;
  }).join();
  for (const auto& times : done) CHECK(times == 1);
  std::atomic<std::size_t> begun{0};
  Workers(1, 1000, [&](std::size_t job) {
    ++begun;
    return job < 9;
  }).join();
  CHECK(begun == 10);
}
