// Double buffering of synchronous SGD: every worker halves its mini-batches, and while the
// gradients of one half are summed over all workers it computes those of the next.
//
//   computes        half 0 | half 1 | half 2 | ...
//   exchanges              | half 0 | half 1 | ...
//   updates by                      ^ half 0 ^ half 1
//
// Half h + 1 is computed before the step of half h is taken, so its parameters are one half-step
// old. The fixed costs of an update and an exchange are paid twice a mini-batch. Seide et al.:
// "1-bit stochastic gradient descent", Interspeech 2014; "On parallelizability of stochastic
// gradient descent for speech DNNs", ICASSP 2014.
#pragma once

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/options.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

inline constexpr BooleanOption double_buffering_option = OptionSpec{
    .name = "double_buffering",
    .type = OptionType::boolean,
    .summary = "halve mini-batches and sum the gradients of one half while the next is computed",
    .fallback = false,
};

// Whether mini-batches are halved. A single worker has nothing to exchange and does not halve them.
[[nodiscard]] bool double_buffered(const Setup& setup);
// Adds a fault if a worker's mini-batch has no two halves, or if `overlap` is set as well.
void check_double_buffering(const Setup& setup, Faults& faults);

// Returns the number of samples in half a mini-batch of all workers together.
[[nodiscard]] std::int64_t samples_of_half(const Setup& setup);

[[nodiscard]] Program train_double_buffered(Worker& worker);
[[nodiscard]] Program serve_double_buffered(Worker& server);
// `waiting_factor` is the factor on compute times where all wait for the slowest worker, in place
// of the mean factor.
[[nodiscard]] ClosedForm double_buffered_closed_form(const Setup& setup, double waiting_factor);
[[nodiscard]] Formula double_buffered_formula(const Setup& setup, double waiting_factor);

}  // namespace lockstep::models
