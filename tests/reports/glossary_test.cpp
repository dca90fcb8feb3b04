#include "reports/glossary.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "reports/report_json.hpp"
#include "reports/report_schema.hpp"
#include "reports/text.hpp"
#include "tests/golden/read_text.hpp"
#include "tests/paths.hpp"

namespace lockstep::reports {

namespace {

// A paragraph of Markdown, with its lines at most 120 columns wide.
std::string paragraph(std::string_view words) {
  return fmt::format("\n{}\n", fmt::join(wrap(words, 120), "\n"));
}

}  // namespace

// Each term has a heading, because lessons and references link to its anchor.
TEST_CASE("glossary: docs/glossary.md says the same") {
  std::string expected =
      "# Glossary\n\nThe words of reports, pages and tables. `lockstep explain TERM` says the "
      "same.\n";
  for (const Term& term : glossary()) {
    expected += fmt::format("\n## {}\n{}", term.name, paragraph(term.words));
    if (!term.where.empty()) expected += paragraph(fmt::format("In reports: {}.", term.where));
  }
  CHECK(lockstep::testing::read_text(lockstep::testing::source_folder() / "docs/glossary.md") ==
        expected);
}

TEST_CASE("glossary: the fields that it names are fields of the report") {
  const Json schema = report_schema();
  int fields = 0;
  for (const Term& term : glossary()) {
    if (!term.where.starts_with("runs[].")) continue;
    CAPTURE(term.name);
    ++fields;
    const Json* place = &schema["properties"]["runs"]["items"];
    std::string path(term.where.substr(std::string_view("runs[].").size()));
    path = path.substr(0, path.find_first_of(", "));
    while (!path.empty()) {
      const std::size_t dot = std::min(path.find('.'), path.size());
      std::string name = path.substr(0, dot);
      path = path.substr(std::min(dot + 1, path.size()));
      const bool many = name.ends_with("[]");
      if (many) name.resize(name.size() - 2);
      REQUIRE((*place)["properties"].contains(name));
      place = &(*place)["properties"][name];
      if (many) place = &(*place)["items"];
    }
  }
  CHECK(fields >= 8);
}

}  // namespace lockstep::reports
