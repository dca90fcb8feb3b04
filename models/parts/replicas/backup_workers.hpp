// Backup workers: synchronous SGD that does not wait for the last workers. Part of `sync_sgd`.
//
// P workers start an iteration, and each server sums the first P - b gradients that reach it. The
// sums are the new step. A worker that is still computing when they reach it drops its mini-batch
// at once; a gradient that reaches a server too late is dropped there. Chen et al.: "Revisiting
// distributed synchronous SGD", arXiv:1604.00981, section 3.
#pragma once

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/options.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

[[nodiscard]] std::string idle_backup_workers(const Setup& setup);
inline constexpr IntegerOption backup_workers_option = OptionSpec{
    .name = "backup_workers",
    .type = OptionType::integer,
    .summary =
        "how many of the workers may be late: an iteration ends with the gradients of the "
        "others, summed by servers",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
    .idle = idle_backup_workers,
};
[[nodiscard]] bool has_backup_workers(const Setup& setup);
// Returns the number of samples of a mini-batch that belong to the workers that are not late.
[[nodiscard]] std::int64_t samples_in_time(const Setup& setup);

[[nodiscard]] Program backup_train(Worker& worker);
[[nodiscard]] Program backup_serve(Worker& server);

// The counts are those of the simulation where all workers end at once; otherwise they are bounds.
[[nodiscard]] ClosedForm backup_closed_form(const Setup& setup);
[[nodiscard]] Formula backup_formula(const Setup& setup);

void check_backup_workers(const Setup& setup, Faults& faults);

}  // namespace lockstep::models
