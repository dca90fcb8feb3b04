#include "scenarios/messages.hpp"

#include <fmt/format.h>

#include "sim/base/nearest_name.hpp"

namespace lockstep::scenarios {

std::string shortened(std::string_view text) {
  constexpr std::size_t most_shown = 40;
  if (text.size() <= most_shown) return std::string(text);
  std::size_t end = most_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("{}...", text.substr(0, end));
}

std::string in_quotes(std::string_view text) {
  return Json(shortened(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string shown(const Json& value) {
  const std::size_t count = value.size();
  if (value.is_array()) return fmt::format("a list of {}", count);
  if (value.is_object())
    return fmt::format("an object with {} key{}", count, count == 1 ? "" : "s");
  if (const auto* text = value.get_ptr<const std::string*>()) return in_quotes(*text);
  return value.dump();
}

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
  const std::string_view nearest = nearest_name(name, known);
  if (nearest.empty()) return fmt::format("unknown {} {}", what, in_quotes(name));
  return fmt::format("unknown {} {}; did you mean {}?", what, in_quotes(name), in_quotes(nearest));
}

}  // namespace lockstep::scenarios
