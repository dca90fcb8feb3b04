// Closed form and simulation side by side: whether each run keeps what its closed form claims.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "reports/table.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

struct ClaimCheck {
  enum class Counts : std::uint8_t {
    equal,
    fewer,  // the simulation has fewer, and no more was claimed
    differ,
  };

  std::string point;  // of a sweep
  std::string label;  // of the run
  std::string kind;   // of its algorithm
  models::ClosedForm form;
  Picoseconds simulated;  // how long it takes
  Counts counts = Counts::equal;
  models::FlopCounts flops;  // of the simulation, like those that follow
  Count bytes = 0;
  Count messages = 0;
  std::uint64_t events = 0;

  // (simulated - closed form) / closed form
  [[nodiscard]] double difference() const;
  // Whether the time is as claimed, up to a share of it and a picosecond an event, because every
  // operation is rounded to one.
  [[nodiscard]] bool time_holds(double tolerance) const;
  [[nodiscard]] bool holds(double tolerance) const {
    return counts != Counts::differ && time_holds(tolerance);
  }
};

[[nodiscard]] ClaimCheck claim_check(const models::Setup& setup, const models::ClosedForm& form,
                                     const models::Simulated& simulated);

[[nodiscard]] std::string_view name_of(ClaimCheck::Counts counts);  // "fewer"

// Checks of one point stand together.
[[nodiscard]] std::string claim_check_tables(const std::vector<ClaimCheck>& checks,
                                             double tolerance, Style style);
[[nodiscard]] scenarios::Json claim_check_json(const std::vector<ClaimCheck>& checks,
                                               double tolerance);

}  // namespace lockstep::reports
