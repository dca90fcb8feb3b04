#include "reports/html.hpp"

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
    const std::string_view rest = std::string_view(text).substr(i, 3);
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

}  // namespace lockstep::reports
