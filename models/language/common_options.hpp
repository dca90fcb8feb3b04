// Options that several algorithms declare, and the rank counts that follow from them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/language/options.hpp"

namespace lockstep::models {

inline constexpr std::array<std::string_view, 2> placements = {"dedicated", "colocated"};

inline constexpr OptionSpec servers_option = {
    .name = "servers",
    .type = OptionType::integer,
    .summary = "how many servers the parameters are divided over",
    .fallback = std::int64_t{1},
    .least = 1,
    .most = 1e6,
};

inline constexpr OptionSpec placement_option = {
    .name = "placement",
    .type = OptionType::choice,
    .summary = "dedicated: servers take the last hosts; colocated: server i sits beside worker i",
    .fallback = std::string_view{"dedicated"},
    .choices = placements,
};

inline constexpr OptionSpec stages_option = {
    .name = "stages",
    .type = OptionType::integer,
    .summary = "into how many stages the layers are divided; 0: one for each host",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
};

inline constexpr OptionSpec micro_batches_option = {
    .name = "micro_batches",
    .type = OptionType::integer,
    .summary = "into how many micro-batches a mini-batch is divided; 0: one for each stage",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e9,
};

// All hosts work, and none serves.
[[nodiscard]] inline int all_hosts(const Options& /*options*/, int hosts) { return hosts; }
[[nodiscard]] inline int no_servers(const Options& /*options*/) { return 0; }

// All hosts work but those that dedicated servers take.
template <int (*servers)(const Options&)>
[[nodiscard]] int data_parallel_workers(const Options& options, int hosts) {
  const bool dedicated = options.choice("placement") == "dedicated";
  return hosts - (dedicated ? servers(options) : 0);
}

}  // namespace lockstep::models
