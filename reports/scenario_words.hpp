// Describes a scenario in words, for the head of a report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// "16 hosts, star, links of 10 Gbit/s and 10 us, shared max-min fairly; each 2 TFLOP/s".
[[nodiscard]] std::string cluster_text(const scenarios::Scenario& scenario);
// "MLP, 32 layers of 4096 x 4096; 537 M parameters, 2.15 GB".
[[nodiscard]] std::string model_text(const scenarios::Scenario& scenario);
// "2048 samples per worker and mini-batch, 4 iterations".
[[nodiscard]] std::string training_text(const models::Training& training);

// "1 host", "2 hosts".
[[nodiscard]] std::string counted(std::int64_t count, std::string_view noun);

}  // namespace lockstep::reports
