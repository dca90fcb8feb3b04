// std::from_chars for `double`, by the C library's `strtod`, which also reads what comes after
// blanks, plus signs and "0x".
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace std {

from_chars_result from_chars(const char* first, const char* last, double& value) {
  const string_view text(first, static_cast<size_t>(last - first));
  const size_t sign = text.starts_with('-') ? 1 : 0;
  const string_view after_sign = text.substr(sign);
  if (after_sign.starts_with("0x") || after_sign.starts_with("0X")) {
    value = sign == 1 ? -0.0 : 0.0;
    return {first + sign + 1, errc()};
  }
  constexpr string_view begins = ".0123456789iInN";
  if (after_sign.empty() || begins.find(after_sign.front()) == string_view::npos)
    return {first, errc::invalid_argument};
  const string copy(text);
  char* end = nullptr;
  errno = 0;
  const double number = strtod(copy.c_str(), &end);
  if (end == copy.c_str()) return {first, errc::invalid_argument};
  const char* rest = first + (end - copy.c_str());
  const bool is_subnormal = number != 0 && number - number == 0;  // which the C library also tells
  if (errno == ERANGE && !is_subnormal) return {rest, errc::result_out_of_range};
  value = number;
  return {rest, errc()};
}

}  // namespace std
