// What keeps Boost.Graph's readers from taking a text safely: they recurse into nested elements
// and subgraphs, so that a deeply nested file would overrun the stack.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::topologies {

// The deepest nesting that is read.
inline constexpr int most_nesting = 100;

// Why the text is not to be handed to the reader; empty if it may be.
[[nodiscard]] std::string why_not_dot(std::string_view text);
[[nodiscard]] std::string why_not_graphml(std::string_view text);

}  // namespace lockstep::topologies
