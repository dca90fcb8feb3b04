// What `lockstep plan` tries for an option of which the scenario says nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/language/options.hpp"

namespace lockstep::scenarios {

// What the values of options depend on.
struct PlanContext {
  std::int64_t hosts = 1;
  std::int64_t batch = 1;         // samples of a mini-batch on all hosts
  std::int64_t worker_batch = 1;  // on one of them
  std::int64_t iterations = 1;
  std::int64_t layers = 1;
  bool hosts_vary = false;  // the number of hosts is tried, too
  bool random = false;      // workers are not equally fast from one iteration to the next
};

// Returns the values, its default first if that is one of them; only the default of an option that
// makes a run neither faster nor smaller, or that only people can choose.
[[nodiscard]] std::vector<models::OptionValue> planned_values(const models::OptionSpec& option,
                                                              const PlanContext& context);

// Whether the options of that name are tried, and whether they are left at their defaults: one of
// the two holds for each option of the registry.
[[nodiscard]] bool is_tried(std::string_view option);
[[nodiscard]] bool is_left_alone(std::string_view option);

// Whether the option of that name changes what a run costs, but not what it learns from a sample,
// as far as its order of updates stays the same: how sums are formed, how a model is divided, what
// is computed again.
[[nodiscard]] bool is_cost_alone(std::string_view option);

}  // namespace lockstep::scenarios
