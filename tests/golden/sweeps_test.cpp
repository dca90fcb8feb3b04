// The sweeps that ship: their lines, byte for byte once they are sorted, and what their
// descriptions say is to be seen in them.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/cli/child_program.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

namespace {

namespace fs = std::filesystem;
using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::testing::read_text;
using Json = nlohmann::ordered_json;

const fs::path repository = lockstep::testing::source_folder();

std::string sorted(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
  std::ranges::sort(lines);
  std::string all;
  for (const std::string& line : lines) all += line;
  return all;
}

// The lines that are kept of a sweep.
std::vector<Json> lines_of(const std::string& name) {
  std::ifstream stream(repository / "tests/golden/sweeps" / (name + ".jsonl"));
  std::vector<Json> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  REQUIRE_FALSE(lines.empty());
  return lines;
}

double figure(const Json& line, const std::string& label, const std::string& name) {
  for (const Json& run : line["runs"])
    if (run["label"] == label) return run[name];
  FAIL("no run " << label);
  return 0;
}

std::string winner(const Json& line) {
  const auto& runs = line["runs"];
  return *std::max_element(runs.begin(), runs.end(), [](const Json& a, const Json& b) {
            return a["samples_per_s"] < b["samples_per_s"];
          })->find("label");
}

constexpr const char* hosts = "/cluster/topology/hosts";
constexpr const char* bandwidth = "/cluster/topology/link/bandwidth";

// By number of hosts.
std::map<int, double> by_hosts(const std::vector<Json>& lines, const std::string& label,
                               const std::string& name) {
  std::map<int, double> figures;
  for (const Json& line : lines) figures[line["at"][hosts]] = figure(line, label, name);
  return figures;
}

int best(const std::map<int, double>& figures) {
  return std::ranges::max_element(figures, {}, &std::pair<const int, double>::second)->first;
}

}  // namespace

TEST_CASE("golden: every shipped sweep gives the lines that are kept for it") {
  int sweeps = 0;
  for (const auto& entry : fs::directory_iterator(repository / "scenarios/sweeps")) {
    ++sweeps;
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    const Ended run =
        ChildProgram({"sweep", "scenarios/sweeps/" + name + ".json", "-o", "-"}, repository).wait();
    CHECK(run.code == 0);
    CHECK(run.errors.empty());
    CHECK(sorted(run.output) == read_text(repository / "tests/golden/sweeps" / (name + ".jsonl")));
  }
  CHECK(sweeps == 4);
}

TEST_CASE("golden: strong scaling: the ring turns back at 16, halving and doubling goes on") {
  const auto lines = lines_of("strong_scaling");
  CHECK(best(by_hosts(lines, "ring", "samples_per_s")) == 16);
  const auto halving = by_hosts(lines, "halving and doubling", "samples_per_s");
  CHECK(best(halving) == 128);
  CHECK(halving.at(128) / halving.at(64) < halving.at(16) / halving.at(8));
  for (const Json& line : lines) {
    if (line["at"][hosts] == 4) CHECK(winner(line) == "ring, overlapped");
    if (line["at"][hosts] != 16) continue;
    const double overlapped = figure(line, "ring, overlapped", "samples_per_s");
    CHECK(overlapped < figure(line, "ring", "samples_per_s"));
    CHECK(overlapped < figure(line, "halving and doubling", "samples_per_s"));
  }
}

TEST_CASE("golden: weak scaling: a ring nearly keeps its efficiency, one server is at its limit") {
  const auto lines = lines_of("weak_scaling");
  const auto ring = by_hosts(lines, "ring", "efficiency");
  CHECK(ring.at(64) > 0.9 * ring.at(16));
  CHECK(ring.at(64) < ring.at(16));
  const auto gossip = by_hosts(lines, "gossip on a ring", "efficiency");
  CHECK(gossip.at(128) > 0.98 * gossip.at(16));
  const auto tree = by_hosts(lines, "tree", "efficiency");
  for (int few = 4; few < 128; few *= 2) CHECK(tree.at(2 * few) < tree.at(few));
  const auto server = by_hosts(lines, "one server", "samples_per_s");
  CHECK(server.at(128) < 1.25 * server.at(16));
}

TEST_CASE("golden: who wins: the more workers, the faster must links be for the ring") {
  // From which bandwidth on the ring wins, in Gbit/s, by hosts; 0: nowhere.
  std::map<int, int> least;
  for (const Json& line : lines_of("who_wins")) {
    const int gbit = std::stoi(line["at"][bandwidth].get<std::string>());
    int& from = least[line["at"][hosts]];
    if (winner(line) == "ring, overlapped")
      from = from == 0 ? gbit : std::min(from, gbit);
    else
      CHECK(winner(line) == "pipeline");
  }
  CHECK(least.at(4) == 64);
  CHECK(least.at(8) == 256);
  CHECK(least.at(16) == 1024);
  CHECK(least.at(32) == 0);
}

TEST_CASE("golden: micro-batches: the best number grows with the number of stages") {
  std::map<int, std::map<int, double>> speeds;  // of GPipe, by stages and micro-batches
  for (const Json& line : lines_of("micro_batches")) {
    const int parts = line["at"]["/algorithms/0/micro_batches"];
    CHECK(line["at"]["/algorithms/1/micro_batches"] == parts);
    speeds[line["at"][hosts]][parts] = figure(line, "GPipe", "samples_per_s");
    CHECK(figure(line, "1F1B", "memory_bytes_per_worker") <=
          figure(line, "GPipe", "memory_bytes_per_worker"));
  }
  CHECK(best(speeds.at(2)) == 4);
  CHECK(best(speeds.at(4)) == 8);
  CHECK(best(speeds.at(8)) == 8);
  CHECK(best(speeds.at(16)) == 16);
  CHECK(best(speeds.at(32)) == 32);
}
