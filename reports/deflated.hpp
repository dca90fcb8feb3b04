// Compression by zlib.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::reports {

// Returns the bytes in the zlib format (RFC 1950): the same bytes for the same input and version of
// zlib.
[[nodiscard]] std::string deflated(std::string_view bytes);

}  // namespace lockstep::reports
