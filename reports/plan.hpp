// What `lockstep plan` found: the runs that are best, and what became of all others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "reports/table.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

using scenarios::Json;

// What training a run showed.
struct PlannedTraining {
  std::optional<double> time_to_target_s;
  std::optional<std::int64_t> samples_to_target;
  double accuracy = 0;  // at the end
  bool diverged = false;
};

// A run that was simulated, and that is, or may be, on a front.
struct PlanRow {
  std::size_t candidate = 0;
  std::string label;
  std::string kind;
  Json at = Json::object();       // what is set outside of the algorithm: by pointer
  Json options = Json::object();  // those that tell it from other runs of its kind
  int workers = 0;
  int servers = 0;
  int hosts = 0;
  double time_per_sample_s = 0;
  double simulated_s = 0;
  Count memory = 0;  // bytes on the host that needs most
  models::ClosedForm form;
  std::string approximation;
  bool is_on_front = true;  // of time a sample against memory
  bool is_on_target_front = false;
  std::optional<PlannedTraining> trained = std::nullopt;
  std::string file = {};  // the scenario that was written
};

// How many candidates ...
struct PlanCounts {
  std::size_t all = 0;
  std::size_t repeated = 0;        // are the same run as another
  std::size_t refused = 0;         // cannot be run
  std::size_t unfit = 0;           // need more memory than a device has
  std::size_t by_exact = 0;        // were pruned by an exact closed form
  std::size_t by_lower_bound = 0;  // ... by one that is a lower bound
  std::size_t by_work = 0;         // ... by the time of their products alone
  std::size_t by_bytes = 0;        // ... by the time of their messages alone
  std::size_t simulated = 0;       // were simulated to the end
  std::size_t failed = 0;          // were not, though they should have been
  std::size_t left = 0;            // are left, because the search was interrupted

  [[nodiscard]] std::size_t pruned() const {
    return by_exact + by_lower_bound + by_work + by_bytes;
  }
};

// Why candidates cannot be run: those with the same words, whatever the numbers in them.
struct PlanRefusal {
  std::string example;
  std::size_t count = 0;
};

struct PlanReport {
  const scenarios::Scenario* scenario = nullptr;
  PlanCounts counts;
  std::vector<PlanRefusal> refusals;  // the most frequent first
  std::vector<PlanRow> rows;          // the fastest first
  bool is_trained = false;
  bool interrupted = false;
};

// Returns "precision mixed, micro_batches 16, rematerialization": what tells a run from others of
// its kind on as many hosts.
[[nodiscard]] std::string plan_row_words(const PlanRow& row);
[[nodiscard]] std::string plan_tables(const PlanReport& report, Style style);
[[nodiscard]] Json plan_json(const PlanReport& report);

}  // namespace lockstep::reports
