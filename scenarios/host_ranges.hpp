// Host numbers as people write them: "0-3,8".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::scenarios {

struct HostRange {
  std::int64_t first;
  std::int64_t last;  // inclusive
};

// Returns nothing if the text is not of this form, or a range ends before it starts.
[[nodiscard]] std::optional<std::vector<HostRange>> parse_host_ranges(std::string_view text);

// Formats ascending numbers as "0-3,8"; ranges after the fifth become "...".
[[nodiscard]] std::string format_host_ranges(const std::vector<std::int64_t>& hosts);

}  // namespace lockstep::scenarios
