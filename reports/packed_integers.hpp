// Packs integers into text for a page: variable-length numbers, deflated by zlib, in base64.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::reports {

// Each integer becomes one to ten bytes of seven bits, the lowest first; the eighth bit says that
// more follow. The sign is the lowest bit of what is written (0, -1, 1, -2 become 0, 1, 2, 3). So
// small numbers are short, and differences that recur deflate to next to nothing.
class PackedIntegers {
 public:
  void add(std::int64_t value);
  // Returns all of them as base64 of the zlib format (RFC 1950), which browsers call "deflate".
  [[nodiscard]] std::string text() const;

 private:
  std::vector<char> bytes_;
};

}  // namespace lockstep::reports
