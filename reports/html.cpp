#include "reports/html.hpp"

#include <algorithm>
#include <utility>

#include "reports/page_data.hpp"
#include "reports/version.hpp"
#include "reports/web/page_template.hpp"
#include "sim/base/check.hpp"

namespace lockstep::reports {

namespace {

constexpr std::string_view place_of_data = "@DATA@";

std::string page_with(const scenarios::Json& data) {
  const std::size_t place = page_template.find(place_of_data);
  check(place != std::string_view::npos, "the page has no place for data");
  std::string page(page_template.substr(0, place));
  page += script_safe(data);
  page += page_template.substr(place + place_of_data.size());
  return page;
}

}  // namespace

std::string script_safe(const scenarios::Json& json) {
  const std::string text = json.dump(-1, ' ', false, scenarios::Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool may_separate = text[i] == '\xe2';  // the first byte of both separators of lines
    const auto rest = may_separate ? std::string_view(text).substr(i, 3) : std::string_view();
    if (rest == "\u2028" || rest == "\u2029") {
      safe += rest == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (text[i] == '<') {
      safe += "\\u003c";
    } else if (text[i] == '>') {
      safe += "\\u003e";
    } else if (text[i] == '&') {
      safe += "\\u0026";
    } else {
      safe += text[i];
    }
  }
  return safe;
}

std::string html_text(const std::vector<Report>& reports) { return page_with(page_data(reports)); }

std::string html_text(const CheckReport& report, double tolerance) {
  return page_with(
      {{{"check", check_json(report)}, {"tolerance", tolerance}, {"version", version}}});
}

std::string sweep_html_text(const scenarios::Sweep& sweep, const scenarios::Json& scenario,
                            const std::string& identity, std::vector<scenarios::Json> lines) {
  using scenarios::Json;
  std::ranges::sort(lines, {}, [](const Json& line) { return line["point"].get<std::size_t>(); });
  Json axes = Json::array();
  for (const scenarios::SweepAxis& axis : sweep.axes()) {
    axes.push_back({{"name", axis.name}, {"pointers", Json::array()}});
    for (const scenarios::SweptPointer& swept : axis.pointers)
      axes.back()["pointers"].push_back(swept.pointer);
  }
  for (Json& line : lines) line.erase("sweep");  // which is said once
  return page_with({{{"version", version},
                     {"sweep", identity},
                     {"points", static_cast<std::size_t>(sweep.points())},
                     {"axes", std::move(axes)},
                     {"lines", std::move(lines)},
                     {"scenario", scenario}}});
}

}  // namespace lockstep::reports
