// Optimizers: the rules that apply a gradient, the state that each keeps, and the options by which
// `sgd` chooses one in place of the training's.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "models/language/options.hpp"
#include "models/language/setup.hpp"
#include "models/language/update_rule.hpp"
#include "sim/base/result.hpp"

namespace lockstep::models {

struct UpdateSite;

// Steps of the update rules. `step_with_momentum` and `step_of_adam` take their numbers as
// arguments; the others use those of the training's optimizer.
void step_with_momentum(UpdateSite& site, double momentum);
void momentum_step(UpdateSite& site);
void nesterov_step(UpdateSite& site);
void adagrad_step(UpdateSite& site);
// Multiplies the parameters by `kept` at each step; below 1 they decay.
void step_of_adam(UpdateSite& site, const Optimizer& optimizer, double learning_rate, double kept);
void adam_step(UpdateSite& site);
void adamw_step(UpdateSite& site);

// v <- momentum v - learning_rate g; w <- w + v. Reads w, g, v; writes w, v. Polyak, USSR Comput.
// Math. 4 (1964).
inline constexpr UpdateRule momentum_rule = {
    .name = "momentum", .flops = 4, .scalars_touched = 5, .copies = 1, .step = momentum_step};

// v <- momentum v - learning_rate g; w <- w + momentum v - learning_rate g: the model is where the
// velocity will have carried it, and gradients are computed there. Bengio, Boulanger-Lewandowski
// and Pascanu, arXiv:1212.0901, section 3.5. Reads w, g, v; writes w, v.
inline constexpr UpdateRule nesterov_rule = {
    .name = "nesterov", .flops = 6, .scalars_touched = 5, .copies = 1, .step = nesterov_step};

// s <- s + g^2; w <- w - learning_rate g / sqrt(s). Reads w, g, s; writes w, s. A root and a
// quotient count as one FLOP each. Where s is 0, so was every g: 0 / 0 is 0, as with the
// pseudo-inverse of Duchi, Hazan and Singer, JMLR 12 (2011).
inline constexpr UpdateRule adagrad_rule = {
    .name = "adagrad", .flops = 6, .scalars_touched = 5, .copies = 1, .step = adagrad_step};

// m <- b1 m + (1-b1) g; v <- b2 v + (1-b2) g^2; w <- w - rate m / (sqrt(v) + eps), where the rate
// holds both corrections of bias: learning_rate sqrt(1 - b2^t) / (1 - b1^t) at step t. Reads w, g,
// m, v; writes w, m, v. Kingma and Ba, arXiv:1412.6980, end of section 2: eps is their epsilon hat.
inline constexpr UpdateRule adam_rule = {
    .name = "adam", .flops = 12, .scalars_touched = 7, .copies = 2, .step = adam_step};

// Adam on parameters w that shrink by learning_rate weight_decay w at each step, for one FLOP more.
// Loshchilov and Hutter, ICLR 2019, arXiv:1711.05101, algorithm 2.
inline constexpr UpdateRule adamw_rule = {
    .name = "adamw", .flops = 13, .scalars_touched = 7, .copies = 2, .step = adamw_step};

inline constexpr std::array<const UpdateRule*, 6> optimizer_rules = {
    &sgd_rule, &momentum_rule, &nesterov_rule, &adagrad_rule, &adam_rule, &adamw_rule};
inline constexpr std::array<std::string_view, 6> optimizers = {
    sgd_rule.name,     momentum_rule.name, nesterov_rule.name,
    adagrad_rule.name, adam_rule.name,     adamw_rule.name};

inline constexpr std::array<std::string_view, 7> optimizers_and_training = {
    "training",        sgd_rule.name,  momentum_rule.name, nesterov_rule.name,
    adagrad_rule.name, adam_rule.name, adamw_rule.name};
inline constexpr TextOption optimizer_option = OptionSpec{
    .name = "optimizer",
    .type = OptionType::choice,
    .summary =
        "what is done with a gradient: what training.optimizer says, or in its place a "
        "plain step, or one with momentum, Nesterov's or not, by Adagrad, Adam or AdamW",
    .fallback = std::string_view{"training"},
    .choices = optimizers_and_training,
};

[[nodiscard]] std::string idle_momentum(const Setup& setup);
[[nodiscard]] std::string idle_without_adam(const Setup& setup);
inline constexpr NumberOption momentum_option = OptionSpec{
    .name = "momentum",
    .type = OptionType::number,
    .summary = "with optimizer momentum or nesterov: how much of a step the next one repeats",
    .fallback = 0.9,
    .least = 0,
    .most = 1,
    .idle = idle_momentum,
};
inline constexpr NumberOption beta1_option = OptionSpec{
    .name = "beta1",
    .type = OptionType::number,
    .summary = "of Adam: how much of the mean gradient is kept from step to step, below 1",
    .fallback = 0.9,
    .least = 0,
    .most = 1,
    .idle = idle_without_adam,
};
inline constexpr NumberOption beta2_option = OptionSpec{
    .name = "beta2",
    .type = OptionType::number,
    .summary = "of Adam: how much of the mean square is kept from step to step, below 1",
    .fallback = 0.999,
    .least = 0,
    .most = 1,
    .idle = idle_without_adam,
};
inline constexpr NumberOption epsilon_option = OptionSpec{
    .name = "epsilon",
    .type = OptionType::number,
    .summary = "of Adam: term added to the denominator of a step",
    .fallback = 1e-8,
    .least = 0,
    .idle = idle_without_adam,
};
[[nodiscard]] std::string idle_weight_decay(const Setup& setup);
inline constexpr NumberOption weight_decay_option = OptionSpec{
    .name = "weight_decay",
    .type = OptionType::number,
    .summary =
        "of AdamW, decoupled weight decay: the part of a parameter, times the learning rate, that "
        "each step removes",
    .fallback = 0.01,
    .least = 0,
    .idle = idle_weight_decay,
};
// A choice for `training.optimizer`: a rule and the numbers that it takes, each with its default.
struct OptimizerKind {
  const UpdateRule* rule;
  std::span<const OptionSpec> options;
};
[[nodiscard]] std::span<const OptimizerKind> optimizer_kinds();
[[nodiscard]] Optimizer optimizer_of(const OptimizerKind& kind, const Options& chosen);

// Adds a fault for each of the two betas that is 1.
void check_betas(const Setup& setup, Faults& faults);

// Serves as `Algorithm::optimizer`: returns the optimizer that the options name, else the
// training's.
[[nodiscard]] Optimizer chosen_optimizer(const Setup& setup);

}  // namespace lockstep::models
