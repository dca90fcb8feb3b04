// What only the closed form of a run knows: whether it ends in time, and whether memory suffices.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>

#include "models/cost/algorithm.hpp"
#include "models/cost/host_memory.hpp"
#include "scenarios/host_ranges.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::ClosedForm;
using models::Setup;

// "16 GiB (17.2 GB)" where the number of GiB or MiB is whole, "17 GB" elsewhere.
std::string format_capacity(double bytes) {
  struct Binary {
    double factor;
    std::string_view unit;
  };
  for (const auto& [factor, unit] : {Binary{0x1p40, "TiB"}, {0x1p30, "GiB"}, {0x1p20, "MiB"}}) {
    const double count = bytes / factor;
    if (count >= 1 && count == std::floor(count))
      return fmt::format("{} {} ({})", count, unit, format_bytes(bytes));
  }
  return format_bytes(bytes);
}

// Hosts that lack the same in the same way share a warning.
struct Lack {
  Count needed;
  double has;
  auto operator<=>(const Lack&) const = default;
};

// Where three digits do not show the lack, it is said.
std::string format_needed(const Lack& lack) {
  const double needed = to_double(lack.needed);
  std::string text = format_bytes(needed);
  if (text != format_bytes(lack.has)) return text;
  return fmt::format("{} ({} more than available)", text, format_bytes(needed - lack.has));
}

void find_lacks(const Setup& setup, const ClosedForm& closed, Faults& warnings) {
  if (setup.cluster.devices.empty()) return;  // measured stages, on devices that nobody described
  std::map<Lack, std::vector<std::int64_t>> lacks;
  const std::vector<Count> needed = models::memory_by_host(setup, closed);
  for (int host = 0; host < setup.cluster.hosts(); ++host) {
    const Count bytes = needed[static_cast<std::size_t>(host)];
    const double has = setup.cluster.device_of_host(host).memory_bytes;
    if (to_double(bytes) > has) lacks[{bytes, has}].push_back(host);
  }
  for (const auto& [lack, hosts] : lacks) {
    const bool one = hosts.size() == 1;
    warnings.push_back(
        {setup.pointer,
         fmt::format("{} needs {} on {} {}, which {} {}{}", setup.label, format_needed(lack),
                     one ? "host" : "hosts", format_host_ranges(hosts), one ? "has" : "have",
                     format_capacity(lack.has), one ? "" : " each")});
  }
}

// A key whose value is likely to lack its unit where it is a number beyond `suspect`.
struct BareKey {
  std::string_view key;
  bool is_time;    // suspect from there on; else below
  double suspect;  // in base units
  std::string_view base;
  std::string_view example;
};
constexpr std::array bare_keys = {
    BareKey{"latency", true, 0.1, "s", "us"},
    BareKey{"launch_overhead", true, 0.1, "s", "us"},
    BareKey{"overhead", true, 0.1, "s", "us"},
    BareKey{"crowded_overhead", true, 0.1, "s", "us"},
    BareKey{"forward", true, 60, "s", "ms"},
    BareKey{"backward_input", true, 60, "s", "ms"},
    BareKey{"backward_weight", true, 60, "s", "ms"},
    BareKey{"send", true, 60, "s", "ms"},
    BareKey{"bandwidth", false, 1e6, "B/s", "Gbit/s"},
    BareKey{"copy_bandwidth", false, 1e6, "B/s", "GB/s"},
    BareKey{"memory_bandwidth", false, 1e6, "B/s", "GB/s"},
    BareKey{"flops", false, 1e6, "FLOP/s", "TFLOP/s"},
};

void name_bare_number(const Json& value, const std::string& pointer, std::string_view key,
                      FaultList& faults) {
  for (const BareKey& bare : bare_keys) {
    if (bare.key != key || !value.is_number()) continue;
    const auto number = value.get<double>();
    if (bare.is_time ? number < bare.suspect : number >= bare.suspect) continue;
    faults.add(pointer, fmt::format("{0} without a unit is {0} {1}: a run takes longer than 106 "
                                    "days; add a unit, e.g. \"{0} {2}\"",
                                    number, bare.base, bare.example));
  }
}

// Levels are limited where the document is read.
void name_bare_numbers(const Json& value, const std::string& pointer, FaultList& faults) {
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      name_bare_numbers(value[i], child_pointer(pointer, i), faults);
  if (!value.is_object()) return;
  for (const auto& [key, child] : *value.get_ptr<const Json::object_t*>()) {
    const std::string here = child_pointer(pointer, key);
    name_bare_number(child, here, key, faults);
    name_bare_numbers(child, here, faults);
  }
}

}  // namespace

std::vector<ClosedForm> check_runs(const std::vector<Setup>& runs, const Json& document,
                                   FaultList& faults, Faults& warnings) {
  const std::size_t faults_before = faults.count();
  std::vector<ClosedForm> forms;
  for (const Setup& setup : runs) {
    const ClosedForm& closed = forms.emplace_back(models::closed_form_of(setup));
    if (closed.makespan == longest_run)
      faults.add(setup.pointer, fmt::format("{} would take longer than 106 days", setup.label));
    find_lacks(setup, closed, warnings);
  }
  if (faults.count() > faults_before) name_bare_numbers(document, "", faults);
  return forms;
}

}  // namespace lockstep::scenarios
