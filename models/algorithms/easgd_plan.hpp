// What the program, the update rules and the closed form of `easgd` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/language/worker.hpp"
#include "models/parts/replicas/rounds.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models::easgd_plan {

// Return the paper's beta and delta.
[[nodiscard]] double elasticity(const Setup& setup);
[[nodiscard]] double momentum(const Setup& setup);
[[nodiscard]] bool is_asynchronous(const Setup& setup);
[[nodiscard]] Rounds rounds(const Setup& setup);

void elastic_step(UpdateSite& site);
void pull_step(UpdateSite& site);
void centre_step(UpdateSite& site);
void step_ahead(UpdateSite& site);

// FLOPs a parameter: x 3, c 3. Reads x, c and the sum of all x; writes x and c.
inline constexpr UpdateRule elastic_rule = {.name = "elastic",
                                            .flops = 6,
                                            .scalars_touched = 5,
                                            .copies = 1,
                                            .gradients_read = 0,
                                            .step = elastic_step};

// FLOPs a parameter of the asynchronous variant: d 2 and x 1 on the worker, c 1 on the server. The
// worker reads x and c and writes x and d; the server reads c and d and writes c.
inline constexpr UpdateRule pull_rule = {.name = "elastic pull",
                                         .flops = 3,
                                         .scalars_touched = 4,
                                         .gradients_read = 0,
                                         .step = pull_step};
inline constexpr UpdateRule centre_rule = {
    .name = "centre", .flops = 1, .scalars_touched = 3, .gradients_read = 0, .step = centre_step};
// FLOPs a parameter: v 3, x 1, and 1 for x + momentum v, at which the next gradient is taken; its
// product is the next v's too. Reads x, v, g; writes x, v, x + momentum v.
inline constexpr UpdateRule look_ahead_rule = {
    .name = "nesterov, ahead", .flops = 5, .scalars_touched = 6, .copies = 1, .step = step_ahead};

// Returns the rule of a worker's local steps. With momentum, a step uses the gradient of a model
// ahead of the worker's own.
[[nodiscard]] const UpdateRule& step_rule(const Setup& setup);
// Return the rounds of the synchronous variant and the exchanges of the asynchronous one.
[[nodiscard]] Rounds schedule_of(const Setup& setup);
[[nodiscard]] Exchanges plan_of(const Setup& setup);

// Run a worker through the whole run, synchronously or asynchronously.
[[nodiscard]] Program train_sync(Worker& worker);
[[nodiscard]] Program train_async(Worker& worker);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::easgd_plan
