// What the program and the closed form of `pipedream` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models::pipedream_plan {

[[nodiscard]] const std::vector<std::int64_t>& replicas_of(const Setup& setup);

[[nodiscard]] bool keeps_versions(const Setup& setup);

[[nodiscard]] bool vertical(const Setup& setup);

[[nodiscard]] bool is_automatic(const Options& chosen);

[[nodiscard]] std::vector<PartitionStage> partition(const Setup& setup);

[[nodiscard]] std::vector<StreamStage> stages_of(const Setup& setup);

[[nodiscard]] Stream stream_of(const Setup& setup);

// Returns how many updates old a stage's gradients become.
[[nodiscard]] std::int64_t delay_of(const Stream& stream, const StreamStage& stage);

[[nodiscard]] std::int64_t versions(const Setup& setup, Rank rank);

[[nodiscard]] std::string words_of(const Setup& setup);

void check(const Setup& setup, Faults& faults);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::pipedream_plan
