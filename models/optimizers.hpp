// The option `optimizer`: what a worker does with a gradient. With the state that each rule keeps,
// and the options of the rules.
#pragma once

#include <array>
#include <string_view>

#include "models/options.hpp"
#include "models/update_rule.hpp"
#include "sim/base/result.hpp"

namespace lockstep::models {

// With a momentum that is given; with the option's; the others.
void step_with_momentum(UpdateSite& site, double momentum);
void momentum_step(UpdateSite& site);
void adagrad_step(UpdateSite& site);
// `kept`: by what the parameters are multiplied at each step; below 1 they decay.
void step_of_adam(UpdateSite& site, double learning_rate, double kept);
void adam_step(UpdateSite& site);

// v <- momentum v - learning_rate g; w <- w + v. Reads w, g, v; writes w, v. Polyak, USSR Comput.
// Math. 4 (1964).
inline constexpr UpdateRule momentum_rule = {
    .name = "momentum", .flops = 4, .scalars_touched = 5, .step = momentum_step};

// s <- s + g^2; w <- w - learning_rate g / sqrt(s). Reads w, g, s; writes w, s. A root and a
// quotient count as one FLOP each. Where s is 0, so was every g: 0 / 0 is 0, as with the
// pseudo-inverse of Duchi, Hazan and Singer, JMLR 12 (2011).
inline constexpr UpdateRule adagrad_rule = {
    .name = "adagrad", .flops = 6, .scalars_touched = 5, .step = adagrad_step};

// m <- b1 m + (1-b1) g; v <- b2 v + (1-b2) g^2; w <- w - rate m / (sqrt(v) + eps), where the rate
// holds both corrections of bias: learning_rate sqrt(1 - b2^t) / (1 - b1^t) at step t. Reads w, g,
// m, v; writes w, m, v. Kingma and Ba, arXiv:1412.6980, end of section 2: eps is their hatted one.
inline constexpr UpdateRule adam_rule = {
    .name = "adam", .flops = 12, .scalars_touched = 7, .step = adam_step};

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

[[nodiscard]] std::string idle_momentum(const Setup& setup);
[[nodiscard]] std::string idle_without_adam(const Setup& setup);
inline constexpr OptionSpec momentum_option = {
    .name = "momentum",
    .type = OptionType::number,
    .summary = "with optimizer momentum: how much of a step the next one repeats",
    .fallback = 0.9,
    .least = 0,
    .most = 1,
    .idle = idle_momentum,
};
inline constexpr OptionSpec beta1_option = {
    .name = "beta1",
    .type = OptionType::number,
    .summary = "of Adam: how much of the mean gradient is kept from step to step, below 1",
    .fallback = 0.9,
    .least = 0,
    .most = 1,
    .idle = idle_without_adam,
};
inline constexpr OptionSpec beta2_option = {
    .name = "beta2",
    .type = OptionType::number,
    .summary = "of Adam: how much of the mean square is kept from step to step, below 1",
    .fallback = 0.999,
    .least = 0,
    .most = 1,
    .idle = idle_without_adam,
};
inline constexpr OptionSpec epsilon_option = {
    .name = "epsilon",
    .type = OptionType::number,
    .summary = "of Adam: is added to the root of the mean square that a step is divided by",
    .fallback = 1e-8,
    .least = 0,
    .idle = idle_without_adam,
};
// That none of both betas is 1.
void check_betas(const Setup& setup, Faults& faults);

[[nodiscard]] const UpdateRule& rule_of_optimizer(const Options& chosen);
// How many vectors as long as the parameters it keeps from step to step.
[[nodiscard]] int optimizer_copies(const Options& chosen);

}  // namespace lockstep::models
