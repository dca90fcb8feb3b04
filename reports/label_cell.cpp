#include "reports/label_cell.hpp"

#include <algorithm>

#include "reports/text.hpp"

namespace lockstep::reports {

std::size_t label_columns(Style style) {
  constexpr std::size_t least = 22;
  constexpr std::size_t most = 48;
  constexpr std::size_t usual_columns = 80;
  const std::size_t more = style.columns > usual_columns ? style.columns - usual_columns : 0;
  return std::min(least + more, most);
}

std::string label_cell(const Run& run, Style style) {
  return shorten(printable(run.setup->label), label_columns(style));
}

}  // namespace lockstep::reports
