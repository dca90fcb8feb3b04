// Closed form, simulation and real execution side by side.
#pragma once

#include <string>
#include <vector>

#include "models/readers/check/check.hpp"
#include "reports/table.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

struct CheckReport {
  struct Row {
    std::string point;  // of a sweep
    std::string label;  // of the run
    models::Checked checked;
  };
  std::vector<Row> rows;

  // Whether counts and parameters are the same, and no time is off by more than `tolerance`.
  [[nodiscard]] bool holds(double tolerance) const;
};

[[nodiscard]] std::string check_tables(const CheckReport& report, double tolerance, Style style);
[[nodiscard]] scenarios::Json check_json(const CheckReport& report);

}  // namespace lockstep::reports
