// Withholds from Graphviz's reader the texts that it cannot cope with: the reader keeps what it has
// not understood for the next file, its stack is limited, and a short text can stand for edges
// without end (`{a b ...} -- {c d ...}`).
#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace lockstep::topologies {

// Returns the text without comments, on the same lines, if it is a single graph whose braces,
// brackets and quotes match and which is small enough to be read; else what is wrong, with pointer
// "line 3". Linear in the text's length.
[[nodiscard]] Result<std::string> plain_dot(std::string_view text);

}  // namespace lockstep::topologies
