// Files that hold a machine as `lockstep calibrate` measured it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "models/devices/machine.hpp"
#include "scenarios/place.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

[[nodiscard]] Json machine_json(const models::Machine& machine);

// Reads the document of a file. Its faults are those of the file.
[[nodiscard]] Result<Json> read_machine_file(const std::filesystem::path& file);

// Returns the seconds of the machine's pulse when it was measured
// (models/readers/calibrate/calibrate.hpp).
[[nodiscard]] double pulse_of(const Json& machine);

// Returns what differs from the machine that this runs on, in words that go on after "was measured
// on"; empty if nothing does.
[[nodiscard]] std::string other_machine(const Json& machine);

// Returns a cluster that names a machine as if it were written out in full. `machine` is a file's
// name or its content, `hosts` the number of ranks, `transport` what carries messages (by default
// the first that was measured). Other keys beside them, even `topology`, win over those of the
// machine. Returns nothing after a fault.
[[nodiscard]] std::optional<Json> cluster_on_machine(const Place& cluster,
                                                     const std::filesystem::path& folder);

}  // namespace lockstep::scenarios
