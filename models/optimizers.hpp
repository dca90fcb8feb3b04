// The option `optimizer`: what a worker does with a gradient. With the state that each rule keeps.
#pragma once

#include <array>
#include <string_view>

#include "models/options.hpp"
#include "models/update_rule.hpp"

namespace lockstep::models {

// v <- momentum v - learning_rate g; w <- w + v. Reads w, g, v; writes w, v. Polyak, USSR Comput.
// Math. 4 (1964).
inline constexpr UpdateRule momentum_rule = {.name = "momentum", .flops = 4, .scalars_touched = 5};

// s <- s + g^2; w <- w - learning_rate g / sqrt(s). Reads w, g, s; writes w, s. A root and a
// quotient count as one FLOP each. Duchi, Hazan and Singer, JMLR 12 (2011).
inline constexpr UpdateRule adagrad_rule = {.name = "adagrad", .flops = 6, .scalars_touched = 5};

// m <- b1 m + (1-b1) g; v <- b2 v + (1-b2) g^2; w <- w - rate m / (sqrt(v) + eps), where the rate
// holds both corrections of bias. Reads w, g, m, v; writes w, m, v. Kingma and Ba, arXiv:1412.6980.
inline constexpr UpdateRule adam_rule = {.name = "adam", .flops = 12, .scalars_touched = 7};

inline constexpr std::array<std::string_view, 4> optimizers = {"sgd", "momentum", "adagrad",
                                                               "adam"};

inline constexpr OptionSpec optimizer_option = {
    .name = "optimizer",
    .type = OptionType::choice,
    .summary =
        "what is done with a gradient: a plain step, or one with momentum, by Adagrad or by "
        "Adam",
    .fallback = std::string_view{"sgd"},
    .choices = optimizers,
};

[[nodiscard]] const UpdateRule& rule_of_optimizer(const Options& chosen);
// How many vectors as long as the parameters it keeps from step to step.
[[nodiscard]] int optimizer_copies(const Options& chosen);

}  // namespace lockstep::models
