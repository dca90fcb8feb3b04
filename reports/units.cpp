#include "reports/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace lockstep::reports {

namespace {

struct Named {
  double size;
  const char* name;
};

constexpr std::array seconds = {Named{1e-12, "ps"}, Named{1e-9, "ns"}, Named{1e-6, "us"},
                                Named{1e-3, "ms"}, Named{1, "s"}};
constexpr std::array bytes = {Named{1, "B"},    Named{1e3, "kB"},  Named{1e6, "MB"},
                              Named{1e9, "GB"}, Named{1e12, "TB"}, Named{1e15, "PB"}};
constexpr std::array flops = {Named{1, "FLOP"},    Named{1e3, "kFLOP"},  Named{1e6, "MFLOP"},
                              Named{1e9, "GFLOP"}, Named{1e12, "TFLOP"}, Named{1e15, "PFLOP"},
                              Named{1e18, "EFLOP"}};
constexpr std::array plain = {Named{1, ""},    Named{1e3, "k"},  Named{1e6, "M"},
                              Named{1e9, "G"}, Named{1e12, "T"}, Named{1e15, "P"}};

std::span<const Named> units_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::seconds:
      return seconds;
    case Quantity::bytes:
      return bytes;
    case Quantity::flops:
      return flops;
    case Quantity::plain:
      break;
  }
  return plain;
}

}  // namespace

Unit common_unit(std::vector<double> values, Quantity quantity) {
  const std::span<const Named> units = units_of(quantity);
  std::erase_if(values, [](double value) { return !std::isfinite(value) || value == 0; });
  for (double& value : values) value = std::abs(value);
  std::ranges::sort(values);
  const double median = values.empty() ? 1 : values[values.size() / 2];
  Named chosen = units.front();
  // 999.6 of a unit would be written as 1000 of it.
  for (const Named& unit : units)
    if (median >= 0.9995 * unit.size) chosen = unit;
  return {chosen.size, chosen.name};
}

std::string in_unit(double value, const Unit& unit) {
  if (!std::isfinite(value)) return "-";
  value /= unit.size;
  if (value == 0) return "0";
  const double magnitude = std::abs(value);
  if (magnitude >= 1e7 || magnitude < 1e-4) return fmt::format("{:.2e}", value);
  // How many digits stand behind the point; 9.996 has one fewer than 9.99.
  int digits = 2 - static_cast<int>(std::floor(std::log10(magnitude)));
  if (digits > 0 && std::round(magnitude * std::pow(10.0, digits)) >= 1000) --digits;
  return fmt::format("{:.{}f}", value, std::max(0, digits));
}

std::string with_unit(std::string_view heading, const Unit& unit) {
  std::string text = fmt::format(fmt::runtime(heading), unit.name);
  if (unit.name.empty()) {
    const std::size_t first = text.find_first_not_of(" /,");
    const std::size_t last = text.find_last_not_of(" /,");
    text = first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
  }
  return text;
}

}  // namespace lockstep::reports
