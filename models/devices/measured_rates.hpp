// The rates of a device, as measured on it (`lockstep calibrate`). Products have no single rate:
// small ones do not fill the device, and large ones do not fit in its caches.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep::models {

// Rates in FLOP/s. A product of b samples, I inputs and O outputs has the size (b, sqrt(I O)).
struct MeasuredRates {
  std::vector<std::int64_t> samples;   // ascending, at least one
  std::vector<std::int64_t> widths;    // ascending, at least one
  std::vector<double> products;        // one for each number of samples and, within, each width
  std::vector<std::int64_t> elements;  // ascending, at least one: of updates and sums
  std::vector<double> updates;         // of parameter updates, by elements
  std::vector<double> folds;           // of sums of messages, one FLOP an element

  // Returns the rate of a product. Between measured sizes, the logarithm of the rate is linear in
  // the logarithms of b and of sqrt(I O); beyond them, the rate is that of the nearest measured
  // size.
  [[nodiscard]] double product_rate(double of_samples, double width) const;
  // Return the rates of updates and of sums, interpolated likewise by their number of elements.
  [[nodiscard]] double update_rate(double of_elements) const;
  [[nodiscard]] double fold_rate(double of_elements) const;
};

}  // namespace lockstep::models
