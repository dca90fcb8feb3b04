// Options that several algorithms declare, and the rank counts that follow from them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/language/options.hpp"

namespace lockstep::models {

inline constexpr std::array<std::string_view, 2> placements = {"dedicated", "colocated"};

inline constexpr IntegerOption servers_option = OptionSpec{
    .name = "servers",
    .type = OptionType::integer,
    .summary = "how many servers the parameters are divided over",
    .fallback = std::int64_t{1},
    .least = 1,
    .most = 1e6,
};

inline constexpr TextOption placement_option = OptionSpec{
    .name = "placement",
    .type = OptionType::choice,
    .summary = "dedicated: servers take the last hosts; colocated: server i sits beside worker i",
    .fallback = std::string_view{"dedicated"},
    .choices = placements,
};

inline constexpr auto server_options = option_table(servers_option, placement_option);

inline constexpr IntegerOption stages_option = OptionSpec{
    .name = "stages",
    .type = OptionType::integer,
    .summary = "into how many stages the layers are divided; 0: one for each host",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
};

inline constexpr IntegerOption micro_batches_option = OptionSpec{
    .name = "micro_batches",
    .type = OptionType::integer,
    .summary = "into how many micro-batches a mini-batch is divided; 0: one for each stage",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e9,
};

// Gradient accumulation. An algorithm that does not declare it has 1.
inline constexpr IntegerOption accumulation_steps_option = OptionSpec{
    .name = "accumulation_steps",
    .type = OptionType::integer,
    .summary =
        "in how many equal parts, one after another, a worker goes through its mini-batch; only "
        "one "
        "part's activations are kept",
    .fallback = std::int64_t{1},
    .least = 1,
    .most = 1e9,
};
[[nodiscard]] inline std::int64_t accumulation_steps(const Options& options) {
  return options.has(accumulation_steps_option) ? options[accumulation_steps_option] : 1;
}

// Counts for algorithms without servers: every host is a worker.
[[nodiscard]] inline int all_hosts(const Options& /*options*/, int hosts) { return hosts; }
[[nodiscard]] inline int no_servers(const Options& /*options*/) { return 0; }

// Returns the number of workers: all hosts but those that dedicated servers take.
template <int (*servers)(const Options&)>
[[nodiscard]] int data_parallel_workers(const Options& options, int hosts) {
  const bool dedicated = options[placement_option] == "dedicated";
  return hosts - (dedicated ? servers(options) : 0);
}

}  // namespace lockstep::models
