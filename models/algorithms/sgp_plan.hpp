// What the program and the closed form of `sgp` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/language/update_site.hpp"

namespace lockstep::models::sgp_plan {

// z = x / w: reads x, writes z.
void divide_by_weight(UpdateSite& site);

inline constexpr UpdateRule debias_rule = {.name = "debias",
                                           .flops = 1,
                                           .scalars_touched = 2,
                                           .gradients_read = 0,
                                           .step = divide_by_weight};

[[nodiscard]] std::int64_t overlap_steps(const Setup& setup);

// Returns the distance to the rank that step `iteration` pushes to: 1, 2, 4, ... below P, then
// again from 1.
[[nodiscard]] std::int64_t distance_of(std::int64_t iteration, int workers);

[[nodiscard]] Rank rank_at(Rank rank, std::int64_t distance, int workers);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);
void loads(const Setup& setup, NetworkLoads& loads);

}  // namespace lockstep::models::sgp_plan
