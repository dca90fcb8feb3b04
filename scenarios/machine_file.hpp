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

// The document of a file; its faults are those of the file.
[[nodiscard]] Result<Json> read_machine_file(const std::filesystem::path& file);

// Seconds of the machine's pulse when it was measured (models/readers/calibrate/calibrate.hpp).
[[nodiscard]] double pulse_of(const Json& machine);

// What is not as on the machine that this runs on, in words that go on after "was measured on";
// empty where nothing is.
[[nodiscard]] std::string other_machine(const Json& machine);

// A cluster that names a machine, as it would stand without: `machine` is a file's name or its
// content, `hosts` how many ranks there are, `transport` what carries messages (the first that was
// measured). Keys that stand beside them, `topology` too, win over those of the machine. Nothing
// after a fault.
[[nodiscard]] std::optional<Json> cluster_on_machine(const Place& cluster,
                                                     const std::filesystem::path& folder);

}  // namespace lockstep::scenarios
