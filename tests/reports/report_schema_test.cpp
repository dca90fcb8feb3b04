// docs/report.md says the same as the schema; that reports are as the schema says is checked by
// reports/web/tests/report, with a validator.
#include "reports/report_schema.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>

#include "tests/paths.hpp"

namespace lockstep::reports {

namespace {

using scenarios::Json;

// "runs[].simulated.workers[].compute_s": every field that holds a value or objects.
void add_paths(const Json& schema, const std::string& path, std::set<std::string>& paths) {
  if (schema.contains("items")) return add_paths(schema["items"], path + "[]", paths);
  if (!schema.contains("properties")) {
    paths.insert(path);
    return;
  }
  for (const auto& [name, field] : schema["properties"].items())
    add_paths(field, path.empty() ? name : path + "." + name, paths);
}

// The fields of the tables: "| `runs[].label` | ...".
std::set<std::string> documented() {
  std::ifstream file(lockstep::testing::source_folder() / "docs/report.md");
  std::set<std::string> paths;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    paths.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return paths;
}

}  // namespace

TEST_CASE("report_schema: docs/report.md has every field, and no other") {
  std::set<std::string> paths;
  add_paths(report_schema(), "", paths);
  CHECK(paths.size() > 80);
  const std::set<std::string> in_docs = documented();
  for (const std::string& path : paths) {
    CAPTURE(path);
    CHECK(in_docs.contains(path));
  }
  for (const std::string& path : in_docs) {
    CAPTURE(path);
    CHECK(paths.contains(path));
  }
}

}  // namespace lockstep::reports
