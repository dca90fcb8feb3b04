// The page of a report, without its data: dist/report.html, compiled in.
#pragma once

#include <string_view>

namespace lockstep::reports {

extern const std::string_view page_template;

}  // namespace lockstep::reports
