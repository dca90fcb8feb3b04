#include "models/devices/measured_rates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace lockstep::models {

namespace {

// Between which two of the sizes `wanted` lies, and how far from the first, by logarithms.
struct Between {
  std::size_t low = 0;
  std::size_t high = 0;
  double share = 0;
};

Between locate(std::span<const std::int64_t> sizes, double wanted) {
  const std::size_t last = sizes.size() - 1;
  if (!(wanted > static_cast<double>(sizes.front()))) return {};
  if (!(wanted < static_cast<double>(sizes[last]))) return {last, last, 0};
  const auto above = std::upper_bound(
      sizes.begin(), sizes.end(), wanted,
      [](double size, std::int64_t other) { return size < static_cast<double>(other); });
  const auto high = static_cast<std::size_t>(above - sizes.begin());
  const auto low_size = static_cast<double>(sizes[high - 1]);
  const auto high_size = static_cast<double>(sizes[high]);
  return {high - 1, high, std::log(wanted / low_size) / std::log(high_size / low_size)};
}

double rate_at(const Between& place, std::span<const double> rates) {
  return std::exp((1 - place.share) * std::log(rates[place.low]) +
                  place.share * std::log(rates[place.high]));
}

}  // namespace

double MeasuredRates::update_rate(double of_elements) const {
  return rate_at(locate(elements, of_elements), updates);
}

double MeasuredRates::fold_rate(double of_elements) const {
  return rate_at(locate(elements, of_elements), folds);
}

double MeasuredRates::product_rate(double of_samples, double width) const {
  const Between row = locate(samples, of_samples);
  const Between column = locate(widths, width);
  const auto within = [&](std::size_t i) {
    return rate_at(column, std::span(products).subspan(i * widths.size(), widths.size()));
  };
  const std::array<double, 2> ends = {within(row.low), within(row.high)};
  return rate_at({0, 1, row.share}, ends);
}

}  // namespace lockstep::models
