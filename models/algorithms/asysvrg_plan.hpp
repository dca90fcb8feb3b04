// What the program and the closed form of `asysvrg` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/language/update_site.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models::asysvrg_plan {

void svrg_step(UpdateSite& site);

// FLOPs a parameter: v 2, u 2. Reads u, both gradients and mu; writes u.
inline constexpr UpdateRule svrg_rule = {
    .name = "svrg", .flops = 4, .scalars_touched = 5, .gradients_read = 2, .step = svrg_step};

// Runs a forward and a backward pass over the whole model, with the samples and parameters of
// `like`.
[[nodiscard]] Program passes(Worker& worker, Compute like);

[[nodiscard]] std::int64_t inner_steps_of(const Setup& setup);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::asysvrg_plan
