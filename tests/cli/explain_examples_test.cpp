// What `lockstep explain` shows beside an algorithm, and what else it explains.
#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "tests/cli/child_program.hpp"
#include "tests/paths.hpp"

namespace lockstep::cli {

namespace {

using testing::ChildProgram;
using testing::Ended;

Ended explained(const std::string& name) {
  return ChildProgram({"explain", name}, lockstep::testing::source_folder()).wait();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The rows below "side by side", by algorithm: their words.
std::map<std::string, std::vector<std::string>> side_by_side(const std::string& text) {
  std::istringstream lines(text.substr(std::min(text.find("side by side"), text.size())));
  std::string line;
  std::getline(lines, line);
  std::map<std::string, std::vector<std::string>> rows;
  for (int row = 0; row < 2 && std::getline(lines, line); ++row) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    for (std::string word; words >> word;) rows[kind].push_back(word);
  }
  return rows;
}

// In MB: "105 MB" or "33.2 kB" are the sixth and seventh words after closed form, simulated, sent.
double memory_mb(const std::vector<std::string>& row) {
  REQUIRE(row.size() == 9);
  const double number = std::stod(row[6]);
  return row[7] == "GB" ? 1000 * number : row[7] == "kB" ? number / 1000 : number;
}

}  // namespace

TEST_CASE("explain: every algorithm has an example, and all but sgd a relative beside it") {
  for (const models::Algorithm* algorithm : models::algorithms()) {
    CAPTURE(algorithm->kind);
    const Ended ended = explained(std::string(algorithm->kind));
    CHECK(ended.code == 0);
    CHECK(ended.errors.empty());
    CHECK(side_by_side(ended.output).size() == (algorithm->kind == "sgd" ? 0 : 2));
  }
}

TEST_CASE("explain: the example shows what a pipeline, ZeRO and rounds are for") {
  auto rows = side_by_side(explained("pipeline_1f1b").output);
  CHECK(memory_mb(rows["pipeline_1f1b"]) < 0.9 * memory_mb(rows["gpipe"]));
  rows = side_by_side(explained("zero").output);
  CHECK(memory_mb(rows["zero"]) < 0.9 * memory_mb(rows["sync_sgd"]));
  CHECK(has(explained("easgd").output, "  rounds                  2: rounds between sums\n"));
  // Workers of hogwild compute, too.
  const std::string hogwild = explained("hogwild").output;
  const std::size_t row = hogwild.rfind("  rank 0      ");
  REQUIRE(row != std::string::npos);
  CHECK(has(hogwild.substr(row, 80), "B"));
}

TEST_CASE("explain: a closed form that is a bound is said beside the picture that is longer") {
  CHECK(has(explained("async_sgd").output, "The picture is of the simulation, "));
  CHECK(has(explained("async_sgd").output, "the closed form, "));
  CHECK_FALSE(has(explained("sync_sgd").output, "The picture is of the simulation, "));
}

TEST_CASE("explain: collectives, topologies and terms, and a name that is two of them") {
  const std::string ring = explained("ring").output;
  CHECK(has(ring, "Ring (ring), a collective\n"));
  CHECK(has(ring, "2 * (P - 1) * t_message(n/P)"));
  // 2 * 15 chunks of 33.6 MB / 16 each.
  CHECK(has(ring, "     16    51 ms  exact             63 MB       480\n"));
  CHECK(has(ring, "ring, a topology\n"));
  CHECK(has(ring, "   64     64                      32\n"));
  CHECK(has(explained("torus").output, "dimensions"));
  CHECK(has(explained("staleness").output, "runs[].simulated.staleness"));
  const Ended other = explained("stalenes");
  CHECK(other.code == 2);
  CHECK(other.errors == "lockstep: unknown algorithm \"stalenes\"; did you mean \"staleness\"?\n");
}

}  // namespace lockstep::cli
