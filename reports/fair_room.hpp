// Divides room among runs of different sizes.
#pragma once

#include <cstddef>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// Returns the most that each may have so that all together have at most `most`, and none has less
// than another unless it wants no more. At least 1.
[[nodiscard]] std::size_t fair_room(std::vector<std::size_t> wanted, std::size_t most);
// Returns how many spans of each sort every recorded run may have of `most`.
[[nodiscard]] std::size_t room_for_spans(const std::vector<Report>& reports, std::size_t most);

}  // namespace lockstep::reports
