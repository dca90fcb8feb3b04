// The report of every shipped scenario, byte for byte. A change that means to change one says so in
// CHANGELOG.md under "Changed results" and runs tests/golden/update.sh.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
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

const fs::path repository = lockstep::testing::source_folder();

bool has_sweep(const fs::path& scenario) {
  return nlohmann::json::parse(read_text(scenario)).contains("sweep");
}
bool has_plan(const fs::path& scenario) {
  return nlohmann::json::parse(read_text(scenario)).contains("plan");
}

}  // namespace

TEST_CASE("golden: every shipped scenario gives the report that is kept for it") {
  int scenarios = 0;
  for (const auto& entry : fs::recursive_directory_iterator(repository / "scenarios")) {
    if (entry.path().extension() != ".json") continue;
    ++scenarios;
    const fs::path relative = fs::relative(entry.path(), repository / "scenarios");
    CAPTURE(relative.string());
    if (has_sweep(entry.path()) || has_plan(entry.path())) continue;  // for other commands
    const Ended run =
        ChildProgram({"run", "scenarios/" + relative.string(), "-o", "-"}, repository).wait();
    CHECK(run.code == 0);
    CHECK(run.errors.empty());
    CHECK(run.output == read_text(repository / "tests/golden" / relative));
  }
  CHECK(scenarios >= 6);
}

TEST_CASE("golden: run refuses the shipped scenarios that have a sweep") {
  int sweeps = 0;
  for (const auto& entry : fs::recursive_directory_iterator(repository / "scenarios")) {
    if (entry.path().extension() != ".json" || !has_sweep(entry.path())) continue;
    ++sweeps;
    const Ended run = ChildProgram({"run", entry.path().string()}, repository).wait();
    CHECK(run.code == 2);
    CHECK(run.errors.find("/sweep: ") != std::string::npos);
  }
  CHECK(sweeps >= 1);
}

TEST_CASE("golden: every command of README.md that runs the program works as written") {
  std::ifstream readme(repository / "README.md");
  int commands = 0;
  for (std::string line; std::getline(readme, line);) {
    if (line.rfind("./run.sh", 0) != 0) continue;
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> arguments;
    std::string word;
    words >> word;  // ./run.sh itself
    while (words >> word) arguments.push_back(word);
    if (arguments.empty()) arguments = {"run", "scenarios/quickstart.json"};
    ++commands;
    CAPTURE(line);
    const Ended run = ChildProgram(arguments, repository).wait();
    CHECK(run.code == 0);
    CHECK_FALSE(run.output.empty());
  }
  CHECK(commands >= 3);
}
