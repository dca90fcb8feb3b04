#include "reports/deflated.hpp"

#include <zlib.h>

#include "sim/base/check.hpp"

namespace lockstep::reports {

std::string deflated(std::string_view bytes) {
  auto size = static_cast<uLongf>(compressBound(static_cast<uLong>(bytes.size())));
  std::string result(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(result.data()), &size,
                               reinterpret_cast<const Bytef*>(bytes.data()),
                               static_cast<uLong>(bytes.size()), Z_DEFAULT_COMPRESSION);
  check(status == Z_OK, "zlib could not deflate what fits into memory");
  result.resize(size);
  return result;
}

}  // namespace lockstep::reports
