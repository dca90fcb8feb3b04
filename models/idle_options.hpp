// When an option of a run has no effect, in words that go on after "has no effect": for options
// that algorithms share. Empty where it has one. `OptionSpec::idle` points here.
#pragma once

#include <string>

#include "models/setup.hpp"

namespace lockstep::models {

[[nodiscard]] std::string idle_without_servers(const Setup& setup);
[[nodiscard]] std::string idle_allreduce(const Setup& setup);
[[nodiscard]] std::string idle_ranks_per_node(const Setup& setup);
[[nodiscard]] std::string idle_tree_chunks(const Setup& setup);
[[nodiscard]] std::string idle_bucket_bytes(const Setup& setup);
[[nodiscard]] std::string idle_backup_workers(const Setup& setup);
[[nodiscard]] std::string idle_error_feedback(const Setup& setup);
[[nodiscard]] std::string idle_top_k_fraction(const Setup& setup);
[[nodiscard]] std::string idle_rank(const Setup& setup);
[[nodiscard]] std::string idle_momentum(const Setup& setup);
[[nodiscard]] std::string idle_without_adam(const Setup& setup);
[[nodiscard]] std::string idle_target_momentum(const Setup& setup);

}  // namespace lockstep::models
