#include "reports/base64.hpp"

#include <doctest/doctest.h>

namespace lockstep::reports {

TEST_CASE("base64: texts are those of RFC 4648") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string_view("\xff\xfe\xfd", 3)) == "//79");
}

}  // namespace lockstep::reports
