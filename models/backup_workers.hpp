// Backup workers: synchronous SGD that does not wait for the last. Part of `sync_sgd`.
//
// P workers start an iteration and each server sums the first P - b gradients that reach it. The
// sums are the new step: when they reach a worker that is still computing, it drops its mini-batch
// there and then; a gradient that reaches a server too late is dropped there. Chen et al.:
// "Revisiting distributed synchronous SGD", arXiv:1604.00981, section 3.
#pragma once

#include "models/network_view.hpp"
#include "models/worker.hpp"

namespace lockstep::models {

[[nodiscard]] std::int64_t backup_workers(const Setup& setup);  // b; 0: none may be late

[[nodiscard]] Program backup_train(Worker& worker);
[[nodiscard]] Program backup_serve(Worker& server);

// From the push of a gradient to the sum's arrival, where all workers push at once.
[[nodiscard]] ClaimedTime backup_sum(const Setup& setup, NetworkView& network);
// All workers end at once whatever happens, so that nobody is ever cut short.
[[nodiscard]] bool nobody_is_late(const Setup& setup, const NetworkView& network);

void check_backup_workers(const Setup& setup, Faults& faults);

}  // namespace lockstep::models
