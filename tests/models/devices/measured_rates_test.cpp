#include "models/devices/measured_rates.hpp"

#include <doctest/doctest.h>

#include "models/devices/hardware.hpp"
#include "models/language/mlp.hpp"

using namespace lockstep;
using models::MeasuredRates;

namespace {

// Rates that are powers of two, so that logarithms lie at even places.
MeasuredRates table() {
  return {.samples = {4, 16},
          .widths = {32, 128},
          .products = {1e9, 4e9, 16e9, 64e9},
          .elements = {100, 10'000},
          .updates = {4e9, 1e9},
          .folds = {2e9, 8e9}};
}

}  // namespace

TEST_CASE("measured_rates: at measured sizes the rate is the measured one") {
  CHECK(table().product_rate(4, 32) == doctest::Approx(1e9));
  CHECK(table().product_rate(4, 128) == doctest::Approx(4e9));
  CHECK(table().product_rate(16, 32) == doctest::Approx(16e9));
  CHECK(table().product_rate(16, 128) == doctest::Approx(64e9));
}

// 8 is half-way between 4 and 16 by logarithm, 64 between 32 and 128: the geometric mean of all
// four is 2^3 x 1e9.
TEST_CASE("measured_rates: between measured sizes it is linear in logarithms") {
  CHECK(table().product_rate(8, 32) == doctest::Approx(4e9));
  CHECK(table().product_rate(4, 64) == doctest::Approx(2e9));
  CHECK(table().product_rate(8, 64) == doctest::Approx(8e9));
}

TEST_CASE("measured_rates: beyond measured sizes it is that of the nearest") {
  CHECK(table().product_rate(1, 1) == doctest::Approx(1e9));
  CHECK(table().product_rate(1000, 8) == doctest::Approx(16e9));
  CHECK(table().product_rate(1000, 1e6) == doctest::Approx(64e9));
}

// 4 samples through 64 x 64 weights: 2 x 4 x 64 x 64 = 32,768 FLOPs at 2e9 a second, 16.384 us.
// 1,000 elements are half-way between 100 and 10,000: an update of them by SGD has 2,000 FLOPs at
// sqrt(4e9 x 1e9) = 2e9, 1 us; their sum 1,000 at sqrt(2e9 x 8e9) = 4e9, 0.25 us.
TEST_CASE("measured_rates: products, updates and sums take their own rates, not the roofline's") {
  models::DeviceSpec device;
  device.flops_per_s = 1;
  device.memory_bytes_per_s = 1;
  device.measured = std::make_shared<const MeasuredRates>(table());
  const models::Mlp mlp{.layers = 1, .width = 64};
  CHECK(compute_time(device, layer_product(mlp, 0, 4)).seconds() == doctest::Approx(16.384e-6));
  CHECK(compute_time(device, update_work(mlp, 1000, models::sgd_rule)).seconds() ==
        doctest::Approx(1e-6));
  CHECK(compute_time(device, models::fold(mlp.scalars(models::ScalarKind::gradient, 1000)))
            .seconds() == doctest::Approx(0.25e-6));
}
