#include "reports/deflated.hpp"

#include <doctest/doctest.h>

#include "tests/reports/unpacked.hpp"

namespace lockstep::reports {

TEST_CASE("deflated: bytes are in the zlib format") {
  const std::string bytes = deflated("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  CHECK(bytes[0] == '\x78');  // deflate, a window of 32 KiB
  CHECK(bytes.size() < 16);
  CHECK(testing::inflated(bytes) == std::string(32, 'a'));
}

}  // namespace lockstep::reports
