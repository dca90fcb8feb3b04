// The timeline of a run for its page: what each rank's device did, which messages reached it, and
// how busy links were.
#pragma once

#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Returns the timeline of a run that was simulated and recorded; "packed" is `packed_timeline`. It
// holds at most `most_spans` spans of devices, and as many messages.
[[nodiscard]] scenarios::Json timeline_json(const Run& run, std::size_t most_spans);

// "worker 3", "server 0".
[[nodiscard]] std::string rank_name(const models::Setup& setup, models::Rank rank);
// Returns what messages carry, in words: "gradients", "parameter_sum".
[[nodiscard]] std::string_view buffer_name(models::Buffer buffer);
[[nodiscard]] std::string_view span_name(models::SpanKind kind);

}  // namespace lockstep::reports
