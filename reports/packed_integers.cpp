#include "reports/packed_integers.hpp"

#include "reports/base64.hpp"
#include "reports/deflated.hpp"

namespace lockstep::reports {

void PackedIntegers::add(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  std::uint64_t rest = (bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : std::uint64_t{0});
  for (; rest >= 0x80U; rest >>= 7U) bytes_.push_back(static_cast<char>((rest & 0x7fU) | 0x80U));
  bytes_.push_back(static_cast<char>(rest));
}

std::string PackedIntegers::text() const {
  return base64(deflated({bytes_.data(), bytes_.size()}));
}

}  // namespace lockstep::reports
