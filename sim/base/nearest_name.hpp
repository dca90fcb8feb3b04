// The nearest known name to a misspelt one, for "unknown X, did you mean Y".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lockstep {

// The edit distance (Levenshtein, adjacent transpositions count 1), ignoring case.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The one name in `known` whose first word, up to a "_", is `name` (none, if there are several);
// else the name with the least edit distance to it, the first of equals, if at most a third of the
// letters differ; else empty.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> known);

}  // namespace lockstep
