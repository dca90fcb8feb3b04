// Bytes as text.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::reports {

// Returns the bytes in base64 (RFC 4648), with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace lockstep::reports
