// What a command reads and writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::playground {

// Prints "lockstep: <message>" to stderr.
void complain(std::string_view message);
// Prints faults as the command line does: "lockstep: <name>: <pointer>: <message>".
void complain_of(const std::string& name, const Faults& faults);

void print(std::string_view text);
// Print JSON as small as it can be; the second, what `reports::page_data` returns.
void print_json(const scenarios::Json& json);
void print_page(scenarios::Json page);

// Reads the scenario from stdin, and before it the files that it names, each behind a line
// "lockstep-file BYTES NAME". Its faults and warnings go to stderr.
[[nodiscard]] std::optional<scenarios::Scenario> read_scenario(
    const std::string& name, const scenarios::LoadOptions& options);

}  // namespace lockstep::playground
