// Quantities with units, as scenarios write them: "10 Gbit/s", "5 us", "100 MiB", "15.7 TFLOP/s".
//
// `bit` is a bit, `B` a byte; k M G T P are powers of 1000, Ki Mi Gi Ti of 1024. The result is in
// SI base units: seconds, bytes, bytes per second, FLOP per second.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace lockstep {

enum class Dimension { seconds, bytes, bytes_per_second, flops_per_second };

struct QuantityError {
  std::string message;  // what is wrong, with the nearest unit that is known
};

// Returns the value of `text` in base units, or why it is not a quantity.
[[nodiscard]] std::variant<double, QuantityError> parse_quantity(std::string_view text,
                                                                 Dimension dimension);

// Format quantities for people, with three significant digits: "1.3 ms", "4.2 GB", "9.9 GFLOP".
[[nodiscard]] std::string format_seconds(double seconds);
[[nodiscard]] std::string format_bytes(double bytes);
[[nodiscard]] std::string format_flops(double flops);
// Format rates for people: "1.25 GB/s", which is the same as "10 Gbit/s", and "7.9 TFLOP/s".
[[nodiscard]] std::string format_bytes_per_second(double bytes_per_s);
[[nodiscard]] std::string format_bits_per_second(double bytes_per_s);
[[nodiscard]] std::string format_flops_per_second(double flops_per_s);

}  // namespace lockstep
