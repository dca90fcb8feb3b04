// lockstep list: what the registries hold, a name and a line each.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/standard_output.hpp"
#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/data/data_kind.hpp"
#include "models/devices/presets.hpp"
#include "models/parts/collectives/collective.hpp"
#include "reports/text.hpp"
#include "scenarios/messages.hpp"
#include "sim/base/quantity.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::cli {

namespace {

struct Entry {
  std::string name;
  std::string words;
};
using Entries = std::vector<Entry>;

Entries algorithm_entries() {
  Entries entries;
  for (const models::Algorithm* algorithm : models::algorithms())
    entries.push_back({std::string(algorithm->kind), std::string(algorithm->title)});
  return entries;
}

Entries topology_entries() {
  Entries entries;
  for (const topologies::TopologyKind& kind : topologies::topology_kinds())
    entries.push_back({std::string(kind.kind), std::string(kind.summary)});
  return entries;
}

Entries collective_entries() {
  Entries entries;
  for (const models::Collective* collective : models::collectives())
    entries.push_back({std::string(collective->kind), std::string(collective->summary)});
  return entries;
}

Entries device_entries() {
  Entries entries;
  for (const models::DevicePreset& preset : models::device_presets()) {
    entries.push_back(
        {std::string(preset.name),
         fmt::format("{} at peak, {}, {}: {}", format_flops_per_second(preset.device.flops_per_s),
                     format_bytes_per_second(preset.device.memory_bytes_per_s),
                     format_bytes(preset.device.memory_bytes), preset.peak_source)});
    entries.push_back({{},
                       fmt::format("typical efficiency {}: {}", preset.typical_efficiency,
                                   preset.efficiency_source)});
  }
  return entries;
}

Entries link_entries() {
  Entries entries;
  for (const models::LinkPreset& preset : models::link_presets()) {
    entries.push_back({std::string(preset.name),
                       fmt::format("{}: {}; {}: {}", format_bits_per_second(preset.bytes_per_s),
                                   preset.bandwidth_source, format_seconds(preset.latency_s),
                                   preset.latency_source)});
  }
  return entries;
}

Entries data_entries() {
  Entries entries;
  for (const models::DataKind* kind : models::data_kinds())
    entries.push_back({std::string(kind->kind), std::string(kind->summary)});
  return entries;
}

struct List {
  std::string_view what;
  Entries (*entries)();
};
constexpr std::array lists = {List{"algorithms", algorithm_entries},
                              List{"topologies", topology_entries},
                              List{"collectives", collective_entries},
                              List{"devices", device_entries},
                              List{"links", link_entries},
                              List{"data", data_entries}};

const List& find_list(const std::string& what) {
  std::vector<std::string_view> names;
  for (const List& list : lists) {
    if (list.what == what) return list;
    names.push_back(list.what);
  }
  throw UsageError(scenarios::unknown_name("list", what, names));
}

void print_entries(const Entries& entries) {
  std::size_t columns = 0;
  for (const Entry& entry : entries) columns = std::max(columns, reports::columns_of(entry.name));
  for (const Entry& entry : entries)
    print(reports::pad_right(entry.name, columns) + "  " + entry.words + "\n");
}

}  // namespace

ExitCode list_command(const Command& self, Arguments arguments) {
  const auto line = read_command_line(self, {}, arguments);
  if (!line) return ExitCode::done;
  if (line->operands().empty())
    throw UsageError(
        "list: name one of algorithms, topologies, collectives, devices, links or data");
  check_operands(self, *line, 1, 1);
  print_entries(find_list(line->operands().front()).entries());
  return ExitCode::done;
}

}  // namespace lockstep::cli
