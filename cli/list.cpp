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
#include "models/parts/collectives/collective.hpp"
#include "reports/table.hpp"
#include "reports/text.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/presets.hpp"
#include "sim/base/quantity.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::cli {

namespace {

using scenarios::Json;

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

Entries data_entries() {
  Entries entries;
  for (const models::DataKind* kind : models::data_kinds())
    entries.push_back({std::string(kind->kind), std::string(kind->summary)});
  return entries;
}

void print_entries(const Entries& entries) {
  std::size_t columns = 0;
  for (const Entry& entry : entries) columns = std::max(columns, reports::columns_of(entry.name));
  for (const Entry& entry : entries)
    print(reports::pad_right(entry.name, columns) + "  " + entry.words + "\n");
}

template <Entries (*entries)()>
void list_entries() {
  print_entries(entries());
}

// A table of figures, and below it where they come from.
void print_with_sources(const reports::Table& table, const Entries& sources) {
  print(table.text({}) + "\nSources\n");
  print_entries(sources);
}

constexpr auto left = reports::Align::left;

void list_devices() {
  reports::Table table({{"device", left}, {"peak"}, {"memory"}, {"bandwidth"}, {"typical"}});
  Entries sources;
  for (const scenarios::DevicePreset& preset : scenarios::built_in_presets().devices) {
    table.add_row({preset.name, format_flops_per_second(preset.device.flops_per_s),
                   format_bytes(preset.device.memory_bytes),
                   format_bytes_per_second(preset.device.memory_bytes_per_s),
                   fmt::format("{:.0f} %", 100 * preset.typical_efficiency)});
    sources.push_back({preset.name, preset.source});
    sources.push_back({{}, "typical: " + preset.efficiency_source});
  }
  print_with_sources(table, sources);
}

void list_links() {
  reports::Table table({{"link", left}, {"bandwidth"}, {"in bits"}, {"latency"}});
  Entries sources;
  for (const scenarios::LinkPreset& preset : scenarios::built_in_presets().links) {
    table.add_row({preset.name, format_bytes_per_second(preset.bytes_per_s),
                   format_bits_per_second(preset.bytes_per_s), format_seconds(preset.latency_s)});
    sources.push_back({preset.name, preset.bandwidth_source});
    sources.push_back({{}, "latency: " + preset.latency_source});
  }
  print_with_sources(table, sources);
}

std::string text_at(const Json& topology, const char* key) {
  const auto found = topology.find(key);
  if (found == topology.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void list_machines() {
  reports::Table table({{"machine", left},
                        {"devices"},
                        {"device", left},
                        {"link", left},
                        {"ports"},
                        {"network", left}});
  Entries sources;
  for (const scenarios::MachinePreset& preset : scenarios::built_in_presets().machines) {
    const Json& topology = preset.topology;
    table.add_row({preset.name, text_at(topology, "devices"), preset.device,
                   text_at(topology, "link"), text_at(topology, "ports"),
                   text_at(topology, "network")});
    sources.push_back({preset.name, preset.source});
  }
  print_with_sources(table, sources);
}

struct List {
  std::string_view what;
  void (*print)();
};
constexpr std::array lists = {List{"algorithms", list_entries<algorithm_entries>},
                              List{"topologies", list_entries<topology_entries>},
                              List{"collectives", list_entries<collective_entries>},
                              List{"devices", list_devices},
                              List{"links", list_links},
                              List{"machines", list_machines},
                              List{"data", list_entries<data_entries>}};

const List& find_list(const std::string& what) {
  std::vector<std::string_view> names;
  for (const List& list : lists) {
    if (list.what == what) return list;
    names.push_back(list.what);
  }
  throw UsageError(scenarios::unknown_name("list", what, names));
}

}  // namespace

ExitCode list_command(const Command& self, Arguments arguments) {
  const auto line = read_command_line(self, {}, arguments);
  if (!line) return ExitCode::done;
  if (line->operands().empty())
    throw UsageError(
        "list: name one of algorithms, topologies, collectives, devices, links, machines or data");
  check_operands(self, *line, 1, 1);
  find_list(line->operands().front()).print();
  return ExitCode::done;
}

}  // namespace lockstep::cli
