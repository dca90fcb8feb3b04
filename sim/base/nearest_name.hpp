// Finds the known name nearest to a misspelt one, for "unknown X, did you mean Y".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lockstep {

// Returns the edit distance (Levenshtein; an adjacent transposition counts 1), ignoring case.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// Returns the name in `known` whose first word, up to a "_", is `name`, or an empty name if there
// are several. If there is none, returns the name with the least edit distance, the first of
// equals, if at most a third of the letters differ, else an empty name.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> known);

}  // namespace lockstep
