// Which run of a report is the best, and which is the next.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// A run as it is ranked.
struct Ranked {
  const Run* run = nullptr;
  std::size_t place = 0;              // in the report
  bool fits = true;                   // the memory of its devices
  double samples_per_s = 0;           // 0: it never ends
  std::optional<double> to_target_s;  // only where runs were trained for a target

  // The label in quotes, so that it is one name in a sentence whatever words it is of; printable.
  [[nodiscard]] std::string name() const;
};

// Returns all runs, the best first: those that fit, of these those that reach the target accuracy,
// of these the soonest. Samples a second are those of the wall clock with failures or in real runs,
// of the mean over all seeds with replicates, of the simulation, or of the closed form.
[[nodiscard]] std::vector<Ranked> ranked(const Report& report);

// Returns the place of the best run; none if none fits.
[[nodiscard]] std::optional<std::size_t> best_run(const Report& report);

// Whether runs were trained, for a target.
[[nodiscard]] bool is_for_target(const Report& report);

}  // namespace lockstep::reports
