// Any text as the order of a real run; one that is read is written and read again.
#include <cstdint>

#include "scenarios/order_file.hpp"
#include "sim/base/check.hpp"
#include "tests/fuzz/targets/input_file.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  using namespace lockstep;
  static const fuzz::InputFile file("order.json");
  const auto orders = scenarios::read_orders(file.holding({bytes, count}));
  check(orders.ok() || !orders.faults().empty(), "an order is refused without a fault");
  if (!orders.ok()) return 0;
  const std::string text = scenarios::orders_json(*orders).dump();
  const auto again = scenarios::read_orders(
      file.holding({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  check(again.ok(), "what was written of an order is refused: {}", text);
  check(scenarios::orders_json(*again).dump() == text, "an order reads as another: {}", text);
  return 0;
}
