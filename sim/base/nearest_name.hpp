// The nearest known name to a misspelt one, for "unknown X, did you mean Y".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lockstep {

// The name in `known` with the least edit distance (Levenshtein, adjacent transpositions count 1)
// to `name`, ignoring case; the first of equals; empty if `known` is empty.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> known);

}  // namespace lockstep
