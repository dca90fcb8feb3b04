#include "reports/machine_table.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

std::string flops_text(double flops_per_s) { return prefixed(flops_per_s) + "FLOP/s"; }
std::string bytes_text(double bytes_per_s) { return prefixed(bytes_per_s) + "B/s"; }

std::string products_table(const models::MeasuredRates& rates, Style style) {
  std::vector<Table::Column> columns = {{"samples"}};
  for (const std::int64_t width : rates.widths) columns.push_back({fmt::format("N = {}", width)});
  Table table(std::move(columns));
  for (std::size_t i = 0; i < rates.samples.size(); ++i) {
    std::vector<std::string> cells = {fmt::format("{}", rates.samples[i])};
    for (std::size_t j = 0; j < rates.widths.size(); ++j)
      cells.push_back(fmt::format("{:.1f}", rates.products[i * rates.widths.size() + j] / 1e9));
    table.add_row(cells);
  }
  return table.text(style);
}

}  // namespace

std::string machine_tables(const models::Machine& machine, Style style) {
  const models::DeviceSpec& device = machine.device;
  std::string text = fmt::format("{}: {} core{} in parallel\n\n", machine.processor, machine.cores,
                                 machine.cores == 1 ? "" : "s");
  text += heading("Products of a layer, GFLOP/s per rank with all cores busy", style) + "\n";
  text += products_table(*device.measured, style);
  Table table({{"figure", Align::left}, {"measured"}});
  const models::MeasuredRates& rates = *device.measured;
  for (std::size_t i = 0; i < rates.elements.size(); ++i) {
    const std::string of = fmt::format(" of {}", prefixed(static_cast<double>(rates.elements[i])));
    table.add_row({"updates" + of, flops_text(rates.updates[i])});
    table.add_row({"sums" + of, flops_text(rates.folds[i])});
  }
  table.add_row({"memory bandwidth of a rank", bytes_text(device.memory_bytes_per_s)});
  table.add_row({"overhead per operation", format_seconds(device.launch_overhead_s)});
  for (const models::MachineTransport& transport : machine.transports) {
    for (const models::Endpoint::Wake& wake : transport.endpoint.wakes)
      table.add_row(
          {fmt::format("{}: waking after {}", transport.name, format_seconds(wake.waited_s)),
           format_seconds(wake.takes_s)});
    table.add_row(
        {transport.name + ": overhead at each end", format_seconds(transport.endpoint.overhead_s)});
    table.add_row(
        {transport.name + ": copies at each end", bytes_text(transport.endpoint.copy_bytes_per_s)});
    if (transport.bytes_per_s < models::handed_over_bytes_per_s)
      table.add_row({transport.name + ": between the ends", bytes_text(transport.bytes_per_s)});
  }
  text += "\n" + table.text(style) + "\n";
  Table spreads({{"(largest - smallest) / median", Align::left}, {"spread"}});
  for (const models::Spread& spread : machine.spreads)
    spreads.add_row({spread.of, fmt::format("{:.0f} %", 100 * spread.fraction)});
  return text + spreads.text(style);
}

}  // namespace lockstep::reports
