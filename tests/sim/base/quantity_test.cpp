#include "sim/base/quantity.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lockstep;

namespace {

double value_of(std::string_view text, Dimension dimension) {
  const auto quantity = parse_quantity(text, dimension);
  REQUIRE_MESSAGE(std::holds_alternative<double>(quantity), std::string(text));
  return *std::get_if<double>(&quantity);
}

std::string error_of(std::string_view text, Dimension dimension) {
  const auto quantity = parse_quantity(text, dimension);
  REQUIRE_MESSAGE(std::holds_alternative<QuantityError>(quantity), std::string(text));
  return std::get_if<QuantityError>(&quantity)->message;
}

}  // namespace

TEST_CASE("quantity: seconds are the nearest double to what was written") {
  CHECK(value_of("2 s", Dimension::seconds) == 2.0);
  CHECK(value_of("5ms", Dimension::seconds) == 5e-3);
  CHECK(value_of("100 us", Dimension::seconds) == 1e-4);  // 100 * 1e-6 is another double
  CHECK(value_of("1.5  ns", Dimension::seconds) == 1.5e-9);
  CHECK(value_of("7 ps", Dimension::seconds) == 7e-12);
  CHECK(value_of("2 min", Dimension::seconds) == 120.0);
  CHECK(value_of("1.5 h", Dimension::seconds) == 5400.0);
  CHECK(value_of("-1 s", Dimension::seconds) == -1.0);
  CHECK(value_of("1e-3 s", Dimension::seconds) == 1e-3);
  CHECK(value_of(".601 ms", Dimension::seconds) == 0.601e-3);
  CHECK(value_of("-.5 s", Dimension::seconds) == -0.5);
}

TEST_CASE("quantity: bytes take decimal and binary prefixes, and bits are an eighth") {
  CHECK(value_of("3 B", Dimension::bytes) == 3.0);
  CHECK(value_of("16 bit", Dimension::bytes) == 2.0);
  CHECK(value_of("1 kB", Dimension::bytes) == 1000.0);
  CHECK(value_of("1 MB", Dimension::bytes) == 1e6);
  CHECK(value_of("1 PB", Dimension::bytes) == 1e15);
  CHECK(value_of("1 KiB", Dimension::bytes) == 1024.0);
  CHECK(value_of("100 MiB", Dimension::bytes) == 104857600.0);   // 100 * 1024^2
  CHECK(value_of("16 GiB", Dimension::bytes) == 17179869184.0);  // 16 * 1024^3
  CHECK(value_of("1 TiB", Dimension::bytes) == 1099511627776.0);
}

TEST_CASE("quantity: rates are per second") {
  CHECK(value_of("10 Gbit/s", Dimension::bytes_per_second) == 1.25e9);
  CHECK(value_of("12.5 GB/s", Dimension::bytes_per_second) == 12.5e9);
  CHECK(value_of("8 Mibit/s", Dimension::bytes_per_second) == 1048576.0);
  CHECK(value_of("15.7 TFLOP/s", Dimension::flops_per_second) == 15.7e12);
  CHECK(value_of("9 FLOP/s", Dimension::flops_per_second) == 9.0);
}

TEST_CASE("quantity: an unknown unit is named with the nearest one") {
  CHECK(error_of("10 Gbit/sec", Dimension::bytes_per_second) ==
        R"(unknown unit "Gbit/sec"; did you mean "Gbit/s"?)");
  CHECK(error_of("5 sec", Dimension::seconds) == R"(unknown unit "sec"; did you mean "s"?)");
  CHECK(error_of("5 TFLOPS", Dimension::flops_per_second) ==
        R"(unknown unit "TFLOPS"; did you mean "TFLOP/s"?)");
  CHECK(error_of("1 Gbti/s", Dimension::bytes_per_second) ==
        R"(unknown unit "Gbti/s"; did you mean "Gbit/s"?)");
}

TEST_CASE("quantity: network spellings of bits are not taken for bytes") {
  CHECK(error_of("10 Gbps", Dimension::bytes_per_second) ==
        R"(unknown unit "Gbps"; did you mean "Gbit/s"?)");
  CHECK(error_of("10 Gb/s", Dimension::bytes_per_second) ==
        R"(unknown unit "Gb/s"; did you mean "Gbit/s"?)");
  CHECK(error_of("10 GBps", Dimension::bytes_per_second) ==
        R"(unknown unit "GBps"; did you mean "GB/s"?)");
}

TEST_CASE("quantity: units are hinted at by what they mean, never by their letters") {
  struct Case {
    const char* unit;
    Dimension dimension;
    const char* meant;
  };
  constexpr Dimension time = Dimension::seconds;
  constexpr Dimension size = Dimension::bytes;
  constexpr Dimension rate = Dimension::bytes_per_second;
  constexpr Dimension speed = Dimension::flops_per_second;
  for (const auto& [unit, dimension, meant] : {Case{"\xC2\xB5s", time, "\"us\""},
                                               {"\xCE\xBCs", time, "\"us\""},
                                               {"usec", time, "\"us\""},
                                               {"US", time, "\"us\""},
                                               {"Ms", time, "\"ms\""},
                                               {"msec", time, "\"ms\""},
                                               {"nanoseconds", time, "\"ns\""},
                                               {"m", time, "\"min\" or \"ms\""},
                                               {"minutes", time, "\"min\""},
                                               {"hr", time, "\"h\""},
                                               {"gb", size, "\"GB\" or \"Gbit\""},
                                               {"Gb", size, "\"GB\" or \"Gbit\""},
                                               {"gib", size, "\"GiB\" or \"Gibit\""},
                                               {"KB", size, "\"kB\" or \"KiB\""},
                                               {"G", size, "\"GB\" or \"GiB\""},
                                               {"gigabytes", size, "\"GB\""},
                                               {"mB", size, "\"MB\""},
                                               {"Mbits", size, "\"Mbit\""},
                                               {"bytes", size, "\"B\""},
                                               {"Gbps", rate, "\"Gbit/s\""},
                                               {"gbps", rate, "\"Gbit/s\""},
                                               {"Gb/s", rate, "\"Gbit/s\""},
                                               {"Gb", rate, "\"Gbit/s\""},
                                               {"gb/s", rate, "\"Gbit/s\" or \"GB/s\""},
                                               {"G", rate, "\"Gbit/s\" or \"GB/s\""},
                                               {"GiBps", rate, "\"GiB/s\""},
                                               {"MBps", rate, "\"MB/s\""},
                                               {"Mbit", rate, "\"Mbit/s\""},
                                               {"GB", rate, "\"GB/s\""},
                                               {"GB/sec", rate, "\"GB/s\""},
                                               {"megabits per second", rate, "\"Mbit/s\""},
                                               {"mbit/s", rate, "\"Mbit/s\""},
                                               {"KB/s", rate, "\"kB/s\" or \"KiB/s\""},
                                               {"TFLOPS", speed, "\"TFLOP/s\""},
                                               {"TFlops/s", speed, "\"TFLOP/s\""},
                                               {"tflop/s", speed, "\"TFLOP/s\""},
                                               {"TFLOP", speed, "\"TFLOP/s\""},
                                               {"TF", speed, "\"TFLOP/s\""},
                                               {"T", speed, "\"TFLOP/s\""},
                                               {"flops", speed, "\"FLOP/s\""}}) {
    const std::string message = error_of(std::string("10 ") + unit, dimension);
    CHECK_MESSAGE(message.ends_with(std::string("; did you mean ") + meant + "?"), message);
  }
}

TEST_CASE("quantity: where nothing sure is meant, nothing is hinted at") {
  CHECK(error_of("2 days", Dimension::seconds) ==
        R"(unknown unit "days"; units are s, ms, us, ns, ps, min, h)");
  CHECK(error_of("1 GB/min", Dimension::bytes_per_second) ==
        R"(unknown unit "GB/min"; write it as "10 Gbit/s")");
  CHECK(error_of("1 PiB", Dimension::bytes) == R"(unknown unit "PiB"; write it as "100 MiB")");
  CHECK(error_of("2 EFLOP/s", Dimension::flops_per_second) ==
        R"(unknown unit "EFLOP/s"; the largest prefix is P: 1 EFLOP/s is 1000 "PFLOP/s")");
}

TEST_CASE("quantity: a unit of another dimension is said to be one") {
  CHECK(error_of("10 GB", Dimension::bytes_per_second) ==
        R"("GB" is a unit of bytes, not of bytes per second; did you mean "GB/s"?)");
  CHECK(error_of("5 us", Dimension::bytes) ==
        R"("us" is a unit of seconds, not of bytes; write it as "100 MiB")");
  CHECK(error_of("10 GBps", Dimension::seconds)
            .starts_with(R"("GBps" is a unit of bytes per second, not of seconds; )"));
}

TEST_CASE("quantity: a missing unit and a missing number are faults") {
  CHECK(error_of("10", Dimension::bytes_per_second) == R"(has no unit; write it as "10 Gbit/s")");
  CHECK(error_of("", Dimension::seconds) == R"(must be a number and a unit, as "5 us", found "")");
  for (const char* text : {"fast", "inf s", "nan s", ".", ". s", "-. s", "1,5 s", "1,000 s", "5. s",
                           " 5 s", "+5 s", "-s", "0x1 s"})
    CHECK_MESSAGE(std::holds_alternative<QuantityError>(parse_quantity(text, Dimension::seconds)),
                  text);
}

TEST_CASE("quantity: what no double holds is a fault, not infinity") {
  CHECK(error_of("1e400 s", Dimension::seconds) == R"(number out of range: "1e400 s")");
  CHECK(error_of("1e300 PB", Dimension::bytes) == R"(number out of range: "1e300 PB")");
}

TEST_CASE("quantity: a long or unprintable unit does not spoil the message") {
  const std::string message = error_of("5 " + std::string(1000, 'x'), Dimension::seconds);
  CHECK(message.size() < 80);
  CHECK(error_of("5 s\n", Dimension::seconds) == R"(unknown unit "s "; did you mean "s"?)");
}

TEST_CASE("quantity: people read three significant digits with the right prefix") {
  CHECK(format_seconds(0) == "0 s");
  CHECK(format_seconds(1.3e-3) == "1.3 ms");
  CHECK(format_seconds(1e-5) == "10 us");
  CHECK(format_seconds(2.5e-12) == "2.5 ps");
  CHECK(format_seconds(12.345) == "12.3 s");
  CHECK(format_seconds(90) == "1.5 min");
  CHECK(format_seconds(5400) == "1.5 h");
  CHECK(format_seconds(86400 * 3) == "3 days");
  CHECK(format_bytes(512) == "512 B");
  CHECK(format_bytes(4.2e9) == "4.2 GB");
  CHECK(format_flops(9.87654e9) == "9.88 GFLOP");
  CHECK(format_bytes_per_second(1.25e9) == "1.25 GB/s");
  CHECK(format_bits_per_second(1.25e9) == "10 Gbit/s");
  CHECK(format_flops_per_second(7.9e12) == "7.9 TFLOP/s");
}

TEST_CASE("quantity: rounding never shows 1000 of a prefix that has a next one") {
  CHECK(format_bytes(999.4) == "999 B");
  CHECK(format_bytes(999.6) == "1 kB");
  CHECK(format_seconds(0.99949) == "999 ms");
  CHECK(format_seconds(0.9996) == "1 s");
}
