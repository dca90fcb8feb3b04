// What a device does in a second, as measured on it (`lockstep calibrate`): products have no one
// rate, for small ones do not fill the device and large ones leave its caches.
#pragma once

#include <cstdint>
#include <vector>

namespace lockstep::models {

// A product of b samples, I inputs and O outputs has the size (b, sqrt(I O)). All rates FLOP/s.
struct MeasuredRates {
  std::vector<std::int64_t> samples;   // ascending, at least one
  std::vector<std::int64_t> widths;    // ascending, at least one
  std::vector<double> products;        // one for each number of samples and, within, each width
  std::vector<std::int64_t> elements;  // ascending, at least one: of updates and sums
  std::vector<double> updates;         // of parameter updates, by elements
  std::vector<double> folds;           // of sums of messages, one FLOP an element

  // Between measured sizes the logarithm of the rate is linear in those of b and of sqrt(I O);
  // beyond them it is that of the nearest one.
  [[nodiscard]] double product_rate(double of_samples, double width) const;
  // The same of updates and sums, by their elements.
  [[nodiscard]] double update_rate(double of_elements) const;
  [[nodiscard]] double fold_rate(double of_elements) const;
};

}  // namespace lockstep::models
