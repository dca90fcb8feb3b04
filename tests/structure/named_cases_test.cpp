// Documents name test cases: those are there.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/paths.hpp"
#include "tests/structure/source_files.hpp"

namespace lockstep::structure {
namespace {

// What stands between backticks in the last cell of a table's row; empty if nothing does.
std::string named_case(const std::string& line) {
  const std::size_t close = line.rfind("` |");
  if (!line.starts_with("| ") || close == std::string::npos) return {};
  const std::size_t open = line.rfind('`', close - 1);
  return open == std::string::npos ? std::string{} : line.substr(open + 1, close - open - 1);
}

bool is_there(const std::string& name) {
  const std::string literal = '"' + name + '"';
  return std::ranges::any_of(source_files(), [&](const SourceFile& source) {
    return source.path.starts_with("tests/") &&
           std::ranges::any_of(source.lines, [&](const std::string& line) {
             return line.find(literal) != std::string::npos;
           });
  });
}

TEST_CASE("structure: every case that the table of identities names exists") {
  std::ifstream readme(lockstep::testing::source_folder() / "tests/README.md");
  int cases = 0;
  for (std::string line; std::getline(readme, line);) {
    const std::string name = named_case(line);
    if (name.find(": ") == std::string::npos) continue;
    ++cases;
    CAPTURE(name);
    CHECK(is_there(name));
  }
  CHECK(cases == 17);
}

}  // namespace
}  // namespace lockstep::structure
