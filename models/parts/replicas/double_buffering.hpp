// Double buffering of synchronous SGD: every worker halves its mini-batches, and while the
// gradients of one half are summed over all workers it computes those of the next.
//
//   computes        half 0 | half 1 | half 2 | ...
//   exchanges              | half 0 | half 1 | ...
//   updates by                      ^ half 0 ^ half 1
//
// Half h + 1 is computed before the step of half h is taken: its parameters are one half-step old.
// What is fixed, the update and the exchange, is paid twice a mini-batch. Seide et al.:
// "1-bit stochastic gradient descent", Interspeech 2014; "On parallelizability of stochastic
// gradient descent for speech DNNs", ICASSP 2014.
#pragma once

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/options.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

inline constexpr OptionSpec double_buffering_option = {
    .name = "double_buffering",
    .type = OptionType::boolean,
    .summary = "halve mini-batches and sum the gradients of one half while the next is computed",
    .fallback = false,
};

// One worker has nothing to exchange: it does not halve its mini-batches.
[[nodiscard]] bool double_buffered(const Setup& setup);
// The mini-batch of a worker has two halves, and `overlap` is not asked for too.
void check_double_buffering(const Setup& setup, Faults& faults);

// Of all workers together.
[[nodiscard]] std::int64_t samples_of_half(const Setup& setup);

[[nodiscard]] Program train_double_buffered(Worker& worker);
[[nodiscard]] Program serve_double_buffered(Worker& server);
// `waiting_factor`: what waiting for the slowest makes of the mean factor on compute times.
[[nodiscard]] ClosedForm double_buffered_closed_form(const Setup& setup, double waiting_factor);
[[nodiscard]] Formula double_buffered_formula(const Setup& setup, double waiting_factor);

}  // namespace lockstep::models
