#include "reports/html.hpp"

#include <doctest/doctest.h>

#include "reports/web/page_template.hpp"
#include "tests/reports/sample_report.hpp"

namespace lockstep::reports {

using scenarios::Json;

namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

// What stands in the page's data element.
std::string data_of(const std::string& page) {
  const std::string_view open = R"(<script type="application/json" id="data">)";
  const std::size_t begin = page.find(open) + open.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

}  // namespace

TEST_CASE("html: data in a script cannot end it, nor begin a comment or an entity") {
  const Json hostile = {{"name", "</script><!--<b>&lt;\u2028\u2029"}};
  const std::string safe = script_safe(hostile);
  CHECK(safe == R"({"name":"\u003c/script\u003e\u003c!--\u003cb\u003e\u0026lt;\u2028\u2029"})");
  CHECK(Json::parse(safe, nullptr, false) == hostile);
}

TEST_CASE("html: quotes, Hangul and bytes that are no UTF-8 come through or are replaced") {
  CHECK(script_safe(Json("\"한글\"")) == "\"\\\"한글\\\"\"");
  CHECK(script_safe(Json("a\xff")) == "\"a\xef\xbf\xbd\"");
}

TEST_CASE("html: the page is the template with the data in its place, whatever names say") {
  scenarios::Scenario scenario = testing::sample_scenario();
  const std::string plain = html_text({testing::sample_report(scenario)});
  scenario.runs.front().label = "</script><script>alert(1)</script>";
  scenario.name = "@DATA@";
  const std::string page = html_text({testing::sample_report(scenario)});
  CHECK(count(page, "</script>") == count(page_template, "</script>"));
  CHECK(count(page, "<script") == count(page_template, "<script"));
  const Json data = Json::parse(data_of(page), nullptr, false);
  CHECK(data[0]["report"]["runs"][0]["label"] == "</script><script>alert(1)</script>");
  CHECK(plain.size() > page_template.size());
}

TEST_CASE("html: the page without data fetches nothing and weighs less than 2 MB") {
  CHECK(page_template.size() < 2'000'000);
  CHECK(count(page_template, "@DATA@") == 1);
  CHECK(count(page_template, "default-src 'none'") == 1);
  CHECK(count(page_template, " src=") == 0);
}

TEST_CASE("html: no reports make a page all the same") { CHECK(data_of(html_text({})) == "[]"); }

TEST_CASE("html: of a check, the page has its report and tolerance") {
  const std::string data = data_of(html_text(CheckReport{}, 0.25));
  const auto json = scenarios::Json::parse(data, nullptr, false);
  REQUIRE(json.size() == 1);
  CHECK(json[0]["tolerance"] == 0.25);
  CHECK(json[0]["check"]["runs"].empty());
}

}  // namespace lockstep::reports
