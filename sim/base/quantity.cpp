#include "sim/base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/nearest_name.hpp"
#include "sim/base/unit_meaning.hpp"

namespace lockstep {
namespace {

// A unit is `multiplier / divisor` base units. Both are exact doubles, so that "100 us" is the
// double nearest to 1e-4, which 100 * 1e-6 is not.
struct Unit {
  std::string name;
  double multiplier = 1;
  double divisor = 1;
};

struct Prefix {
  std::string_view name;
  double factor;
};

constexpr std::array decimal_prefixes = {Prefix{"", 1},    Prefix{"k", 1e3},  Prefix{"M", 1e6},
                                         Prefix{"G", 1e9}, Prefix{"T", 1e12}, Prefix{"P", 1e15}};
constexpr std::array binary_prefixes = {Prefix{"Ki", 0x1p10}, Prefix{"Mi", 0x1p20},
                                        Prefix{"Gi", 0x1p30}, Prefix{"Ti", 0x1p40}};
constexpr std::array all_dimensions = {Dimension::seconds, Dimension::bytes,
                                       Dimension::bytes_per_second, Dimension::flops_per_second};

void add_prefixed(std::vector<Unit>& units, std::span<const Prefix> prefixes, std::string_view base,
                  double divisor) {
  for (const Prefix& prefix : prefixes)
    units.push_back({fmt::format("{}{}", prefix.name, base), prefix.factor, divisor});
}

std::vector<Unit> sized_units(std::string_view per) {
  std::vector<Unit> units;
  const std::string byte = fmt::format("B{}", per);
  const std::string bit = fmt::format("bit{}", per);
  add_prefixed(units, decimal_prefixes, byte, 1);
  add_prefixed(units, decimal_prefixes, bit, 8);
  add_prefixed(units, binary_prefixes, byte, 1);
  add_prefixed(units, binary_prefixes, bit, 8);
  return units;
}

std::vector<Unit> make_units(Dimension dimension) {
  switch (dimension) {
    case Dimension::seconds:
      return {{"s", 1, 1},     {"ms", 1, 1e3}, {"us", 1, 1e6}, {"ns", 1, 1e9},
              {"ps", 1, 1e12}, {"min", 60, 1}, {"h", 3600, 1}};
    case Dimension::bytes:
      return sized_units("");
    case Dimension::bytes_per_second:
      return sized_units("/s");
    case Dimension::flops_per_second:
      break;
  }
  std::vector<Unit> units;
  add_prefixed(units, decimal_prefixes, "FLOP/s", 1);
  return units;
}

const std::vector<Unit>& units_of(Dimension dimension) {
  static const std::array tables = {make_units(Dimension::seconds), make_units(Dimension::bytes),
                                    make_units(Dimension::bytes_per_second),
                                    make_units(Dimension::flops_per_second)};
  return tables[static_cast<std::size_t>(dimension)];
}

std::string_view name_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::seconds:
      return "seconds";
    case Dimension::bytes:
      return "bytes";
    case Dimension::bytes_per_second:
      return "bytes per second";
    case Dimension::flops_per_second:
      break;
  }
  return "FLOP per second";
}

std::string_view example_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::seconds:
      return "5 us";
    case Dimension::bytes:
      return "100 MiB";
    case Dimension::bytes_per_second:
      return "10 Gbit/s";
    case Dimension::flops_per_second:
      break;
  }
  return "15.7 TFLOP/s";
}

const Unit* find_unit(const std::vector<Unit>& units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

// Units come from a file: shortened, and without anything that would break the line.
std::string shown(std::string_view text) {
  constexpr std::size_t most_shown = 24;
  std::size_t end = std::min(text.size(), most_shown);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not inside a UTF-8 character
  std::string result(text.substr(0, end));
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return end < text.size() ? result + "..." : result;
}

// `"Gbit/s" or "GB/s"`
std::string listed(const std::vector<std::string>& names, std::string_view between) {
  std::string text;
  for (const std::string& name : names)
    text += fmt::format("{}\"{}\"", text.empty() ? "" : between, name);
  return text;
}

// A unit with at most one slip: where several are as near, or times differ, it is none.
std::string misspelt(std::string_view unit, const std::vector<Unit>& units) {
  constexpr std::size_t least_length = 3;  // of "s", "B" and "kB" everything short is near
  std::string found;
  for (const Unit& known : units) {
    const bool same_end = known.name.substr(std::min(known.name.find('/'), known.name.size())) ==
                          unit.substr(std::min(unit.find('/'), unit.size()));
    if (known.name.size() < least_length || !same_end || edit_distance(unit, known.name) > 1)
      continue;
    if (!found.empty()) return {};
    found = known.name;
  }
  return found;
}

// "s, ms, us"
std::string names_of(const std::vector<Unit>& units) {
  std::string names;
  for (const Unit& unit : units) names += fmt::format("{}{}", names.empty() ? "" : ", ", unit.name);
  return names;
}

// What may be meant, or what there is.
std::string hint(std::string_view unit, Dimension wanted) {
  const std::vector<std::string> meant = unit_meanings(unit, wanted);
  if (!meant.empty()) return fmt::format("did you mean {}?", listed(meant, " or "));
  if (unit.starts_with('E') || unit.starts_with('e')) {
    const std::string smaller = fmt::format("P{}", unit.substr(1));
    for (const std::string& each : unit_meanings(smaller, wanted))
      return fmt::format("the largest prefix is P: 1 {} is 1000 \"{}\"", shown(unit), each);
  }
  const std::string near = misspelt(unit, units_of(wanted));
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  if (wanted == Dimension::seconds) return fmt::format("units are {}", names_of(units_of(wanted)));
  return fmt::format("write it as \"{}\"", example_of(wanted));
}

QuantityError unit_error(std::string_view unit, Dimension wanted) {
  if (unit.empty()) return {fmt::format("has no unit; write it as \"{}\"", example_of(wanted))};
  const bool is_meant = !unit_meanings(unit, wanted).empty();
  for (const Dimension other : all_dimensions) {
    const bool is_exact = find_unit(units_of(other), unit) != nullptr;
    if (is_exact || (!is_meant && !unit_meanings(unit, other).empty()))
      return {fmt::format("\"{}\" is a unit of {}, not of {}; {}", shown(unit), name_of(other),
                          name_of(wanted), hint(unit, wanted))};
  }
  return {fmt::format("unknown unit \"{}\"; {}", shown(unit), hint(unit, wanted))};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::variant<double, QuantityError> parse_quantity(std::string_view text, Dimension dimension) {
  const char* const end = text.data() + text.size();
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  // from_chars also reads "inf", "nan" and "5.", which are no numbers of ours.
  const std::string_view digits(text.data(), static_cast<std::size_t>(rest - text.data()));
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  const bool begins = digits.size() > first && (is_digit(digits[first]) || digits[first] == '.');
  const bool has_comma = rest != end && *rest == ',';  // of decimals or of thousands: who knows
  if (!begins || !is_digit(digits.back()) || has_comma)
    return QuantityError{fmt::format("must be a number and a unit, as \"{}\", found \"{}\"",
                                     example_of(dimension), shown(text))};
  if (error == std::errc::result_out_of_range)
    return QuantityError{fmt::format("number out of range: \"{}\"", shown(text))};

  std::string_view unit_text = text.substr(digits.size());
  while (unit_text.starts_with(' ')) unit_text.remove_prefix(1);
  const Unit* unit = find_unit(units_of(dimension), unit_text);
  if (unit == nullptr) return unit_error(unit_text, dimension);
  const double value = number * unit->multiplier / unit->divisor;
  if (!std::isfinite(value))
    return QuantityError{fmt::format("number out of range: \"{}\"", shown(text))};
  return value;
}

namespace {

// Three significant digits with the prefix that leaves 1 to 999 before it.
std::string format_prefixed(double value, std::string_view unit) {
  double scaled = value;
  std::size_t prefix = 0;
  // From 999.5 on, three digits would round to 1000.
  while (std::abs(scaled) >= 999.5 && prefix + 1 < decimal_prefixes.size()) {
    scaled /= 1e3;
    ++prefix;
  }
  return fmt::format("{:.3g} {}{}", scaled, decimal_prefixes[prefix].name, unit);
}

}  // namespace

std::string format_seconds(double seconds) {
  const double length = std::abs(seconds);
  if (length == 0) return "0 s";
  if (length >= 86400) return fmt::format("{:.3g} days", seconds / 86400);
  if (length >= 3600) return fmt::format("{:.3g} h", seconds / 3600);
  if (length >= 60) return fmt::format("{:.3g} min", seconds / 60);
  constexpr std::array units = {"s", "ms", "us", "ns", "ps"};
  double scaled = seconds;
  std::size_t unit = 0;
  while (std::abs(scaled) < 0.9995 && unit + 1 < units.size()) {
    scaled *= 1e3;
    ++unit;
  }
  return fmt::format("{:.3g} {}", scaled, units[unit]);
}

std::string format_bytes(double bytes) { return format_prefixed(bytes, "B"); }
std::string format_flops(double flops) { return format_prefixed(flops, "FLOP"); }
std::string format_bytes_per_second(double bytes_per_s) {
  return format_prefixed(bytes_per_s, "B/s");
}
std::string format_bits_per_second(double bytes_per_s) {
  return format_prefixed(bytes_per_s * 8, "bit/s");
}
std::string format_flops_per_second(double flops_per_s) {
  return format_prefixed(flops_per_s, "FLOP/s");
}

}  // namespace lockstep
