#include "scenarios/host_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lockstep::scenarios {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> host_number(std::string_view text) {
  text = trimmed(text);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || text[0] == '-' || error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::vector<HostRange>> parse_host_ranges(std::string_view text) {
  std::vector<HostRange> ranges;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    more = comma != std::string_view::npos;
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = host_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : host_number(part.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    ranges.push_back({*first, *last});
    if (more) text.remove_prefix(comma + 1);
  }
  return ranges;
}

std::string format_host_ranges(const std::vector<std::int64_t>& hosts) {
  constexpr int most_ranges = 5;
  std::string text;
  int ranges = 0;
  for (std::size_t i = 0; i < hosts.size();) {
    std::size_t end = i + 1;
    while (end < hosts.size() && hosts[end] == hosts[end - 1] + 1) ++end;
    if (++ranges > most_ranges) return text + ",...";
    if (!text.empty()) text += ',';
    text +=
        end - i == 1 ? fmt::format("{}", hosts[i]) : fmt::format("{}-{}", hosts[i], hosts[end - 1]);
    i = end;
  }
  return text;
}

}  // namespace lockstep::scenarios
