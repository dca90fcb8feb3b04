#include "reports/packed_integers.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>

#include "sim/base/check.hpp"

namespace lockstep::reports {

void PackedIntegers::add(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  std::uint64_t rest = (bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : std::uint64_t{0});
  std::array<char, 10> bytes{};
  std::size_t size = 0;
  for (; rest >= 0x80U; rest >>= 7U) bytes[size++] = static_cast<char>((rest & 0x7fU) | 0x80U);
  bytes[size++] = static_cast<char>(rest);
  bytes_.append(bytes.data(), size);
}

std::string PackedIntegers::text() const { return base64(deflated(bytes_)); }

std::string base64(std::string_view bytes) {
  // EVP_EncodeBlock adds a zero at the end.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

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
