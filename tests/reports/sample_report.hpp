// A scenario of two hosts with one run and made-up results, all of them different numbers.
#pragma once

#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports::testing {

// 1 layer of 10 x 10, 2 workers on devices of 1 MFLOP/s, global batch 4, 2 iterations; two links of
// 1,000 B/s from each host to a switch.
[[nodiscard]] scenarios::Scenario sample_scenario();

// A run of `sync_sgd` in the scenario: closed form 1 s, simulated 1.5 s.
[[nodiscard]] Report sample_report(const scenarios::Scenario& scenario);

// Two flows, h0 to h1, over the same cluster.
[[nodiscard]] scenarios::Scenario sample_traffic();
[[nodiscard]] Report sample_traffic_report(const scenarios::Scenario& scenario);

}  // namespace lockstep::reports::testing
