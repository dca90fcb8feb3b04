// SHA-256 of bytes, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::models {

// Returns 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace lockstep::models
