#include "scenarios/messages.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "scenarios/common_names.hpp"
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

namespace {

// Short lists are shown whole; the command `list` shows some of the long ones.
std::string what_there_is(std::string_view what, std::span<const std::string_view> known) {
  constexpr std::size_t most_listed = 8;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> lists = {
      {{"algorithm", "algorithms"},
       {"topology", "topologies"},
       {"device", "devices"},
       {"link", "links"}}};
  for (const auto& [one, list] : lists)
    if (what == one) return fmt::format("; `lockstep list {}` lists them", list);
  if (known.empty() || known.size() > most_listed) return {};
  std::string text = "; there are ";
  for (std::size_t i = 0; i < known.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", in_quotes(known[i]));
  return known.size() == 1 ? fmt::format("; there is {}", in_quotes(known[0])) : text;
}

}  // namespace

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
  const std::string unknown = fmt::format("unknown {} {}", what, in_quotes(name));
  std::string meant = names_meant(what, name, known);
  const std::string_view nearest = meant.empty() ? nearest_name(name, known) : "";
  if (!nearest.empty()) meant = in_quotes(nearest);
  if (meant.empty()) return unknown + what_there_is(what, known);
  return fmt::format("{}; did you mean {}?", unknown, meant);
}

}  // namespace lockstep::scenarios
