// Tables of what was measured on a machine, for the terminal.
#pragma once

#include <string>

#include "models/devices/machine.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

[[nodiscard]] std::string machine_tables(const models::Machine& machine, Style style);

}  // namespace lockstep::reports
