// What a terminal shows of shipped scenarios, at two widths, byte for byte; and that no line of any
// command is wider than the terminal.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "reports/text.hpp"
#include "tests/cli/child_program.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

namespace {

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::testing::read_text;

const std::filesystem::path repository = lockstep::testing::source_folder();

// Children see a terminal of so many columns.
class Columns {
 public:
  explicit Columns(int columns) {
    (void)setenv("COLUMNS", std::to_string(columns).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  Columns(const Columns&) = delete;
  Columns& operator=(const Columns&) = delete;
  ~Columns() { (void)unsetenv("COLUMNS"); }  // NOLINT(concurrency-mt-unsafe)
};

std::string output_of(const std::vector<std::string>& arguments) {
  const Ended ended = ChildProgram(arguments, repository).wait();
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
  return ended.output;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);)
    widest = std::max(widest, lockstep::reports::columns_of(line));
  return widest;
}

std::string kept(const std::string& name, int columns) {
  return read_text(repository / "tests/golden/terminal" /
                   (name + "_" + std::to_string(columns) + ".txt"));
}

}  // namespace

TEST_CASE("golden: terminals of 80 and of 120 columns") {
  for (const int columns : {80, 120}) {
    CAPTURE(columns);
    const Columns terminal(columns);
    for (const std::string scenario : {"quickstart", "pipeline", "two_racks"}) {
      CAPTURE(scenario);
      CHECK(output_of({"run", "scenarios/" + scenario + ".json", "-q", "--chart",
                       "--critical-path"}) == kept("run_" + scenario, columns));
    }
    CHECK(output_of({"cost", "scenarios/quickstart.json", "-q"}) ==
          kept("cost_quickstart", columns));
    CHECK(output_of({"explain", "dc_asgd"}) == kept("explain_dc_asgd", columns));
  }
}

TEST_CASE("terminal: no line is wider than the terminal") {
  for (const int columns : {60, 80, 100, 140}) {
    CAPTURE(columns);
    const Columns terminal(columns);
    const auto most = static_cast<std::size_t>(columns);
    for (const auto* algorithm : lockstep::models::algorithms()) {
      CAPTURE(algorithm->kind);
      CHECK(widest_line(output_of({"explain", std::string(algorithm->kind)})) <= most);
    }
    for (const std::string scenario : {"quickstart", "stragglers", "traffic", "two_racks"}) {
      CAPTURE(scenario);
      const std::string file = "scenarios/" + scenario + ".json";
      CHECK(widest_line(output_of({"run", file, "-q", "--critical-path"})) <= most);
    }
    CHECK(widest_line(output_of({"train", "scenarios/train.json", "-q", "--chart", "--set",
                                 "/training/iterations=10"})) <= most);
    CHECK(widest_line(output_of({"plan", "scenarios/plan.json", "-q"})) <= most);
  }
}

TEST_CASE("terminal: files have no colours unless they are asked for") {
  CHECK(output_of({"cost", "scenarios/quickstart.json"}).find('\x1b') == std::string::npos);
  CHECK(output_of({"cost", "scenarios/quickstart.json", "--color", "auto"}).find('\x1b') ==
        std::string::npos);
  const std::string always = output_of({"cost", "scenarios/quickstart.json", "--color=always"});
  CHECK(always.find("\x1b[1malgorithm") != std::string::npos);  // a heading
  CHECK(always.find("\x1b[32;1m") != std::string::npos);        // the best
  const Ended other = ChildProgram({"cost", "x.json", "--color", "sometimes"}, repository).wait();
  CHECK(other.code == 2);
  CHECK(other.errors == "lockstep: --color: must be auto, always or never, found \"sometimes\"\n");
}

TEST_CASE("terminal: bars stand in the table where there is room, below it where there is not") {
  const Columns wide(120);
  const std::string in_table = output_of({"run", "scenarios/two_racks.json", "-q", "--chart"});
  CHECK(in_table.find("efficiency  samples/s") != std::string::npos);
  const Columns narrow(80);
  const std::string below = output_of({"run", "scenarios/two_racks.json", "-q", "--chart"});
  CHECK(below.find("\nsamples/s\n") != std::string::npos);
  // The fastest fills its line.
  CHECK(below.find("███████████████████") != std::string::npos);
  CHECK(output_of({"run", "scenarios/two_racks.json", "-q"}).find("█") == std::string::npos);
}
