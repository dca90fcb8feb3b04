#include "reports/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace lockstep::reports {

namespace {

// The code point that `text` starts with, and its length in bytes; length 0 if it is not UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

CodePoint decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[length] || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t size>
bool within(const std::array<Range, size>& ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range range) { return value >= range.first && value <= range.last; });
}

bool drives_terminal(char32_t value) {
  constexpr std::array<Range, 7> ranges = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0x200B, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0xFEFF, 0xFEFF},
                                            {0xE0000, 0xE007F}}};
  return within(ranges, value);
}

std::size_t width_of(char32_t value) {
  constexpr std::array<Range, 3> combining = {{{0x300, 0x36F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
  constexpr std::array<Range, 8> wide = {{{0x1100, 0x115F},
                                          {0x2E80, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};
  if (within(combining, value)) return 0;
  return within(wide, value) ? 2 : 1;
}

std::string written_out(char32_t value) {
  if (value == '\n') return "\\n";
  if (value == '\t') return "\\t";
  if (value == '\r') return "\\r";
  const auto number = static_cast<std::uint32_t>(value);
  if (number < 0x80) return fmt::format("\\x{:02x}", number);
  return number > 0xFFFF ? fmt::format("\\U{:08x}", number) : fmt::format("\\u{:04x}", number);
}

// The longest start of `text` that is at most `columns` wide.
std::string_view start_of(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  while (end < text.size()) {
    const CodePoint point = decode(text.substr(end));
    const std::size_t width = width_of(point.value);
    if (width > columns) break;
    columns -= width;
    end += std::max<std::size_t>(point.length, 1);
  }
  return text.substr(0, end);
}

// The longest end of `text` that is at most `columns` wide. One pass: labels may be megabytes.
std::string_view end_of(std::string_view text, std::size_t columns) {
  std::size_t taken = columns_of(text);
  while (taken > columns) {
    const CodePoint point = decode(text);
    taken -= width_of(point.value);
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return text;
}

std::string spaces(std::string_view text, std::size_t columns) {
  const std::size_t taken = columns_of(text);
  return std::string(columns > taken ? columns - taken : 0, ' ');
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    if (point.length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (drives_terminal(point.value)) {
      result += written_out(point.value);
    } else {
      result += text.substr(0, point.length);
    }
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return result;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    columns += width_of(point.value);
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return columns;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  const std::string_view end = end_of(text, (columns - 1) / 3);
  return fmt::format("{}…{}", start_of(text, columns - 1 - columns_of(end)), end);
}

std::string pad_left(std::string_view text, std::size_t columns) {
  return spaces(text, columns).append(text);
}

std::string pad_right(std::string_view text, std::size_t columns) {
  return std::string(text) + spaces(text, columns);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!lines.empty() && columns_of(lines.back()) + 1 + columns_of(word) <= columns) {
      lines.back().append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

std::string hanging(std::string_view lead, std::string_view text, Style style) {
  const std::size_t indent = columns_of(lead);
  std::string result;
  for (const std::string& line : wrap(text, style.columns - std::min(indent, style.columns / 2))) {
    result += result.empty() ? std::string(lead) : std::string(indent, ' ');
    result += line + "\n";
  }
  return result.empty() ? std::string(lead) + "\n" : result;
}

std::string definition(std::string_view what, std::string_view words, Style style) {
  constexpr std::size_t names = 22;
  return hanging("  " + pad_right(what, names) + "  ", words, style);
}

std::string count_text(Count count) { return fmt::format("{}", count); }

std::string prefixed(double value) {
  constexpr std::array<std::string_view, 7> prefixes = {"", " k", " M", " G", " T", " P", " E"};
  std::size_t prefix = 0;
  // 999.5 would be written as "1e+03": it goes to the next prefix instead.
  while (std::abs(value) >= 999.5 && prefix + 1 < prefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  return fmt::format("{:.3g}{}", value, prefixes[prefix]);
}

std::string round_trip(double value) { return fmt::format("{}", value); }

}  // namespace lockstep::reports
