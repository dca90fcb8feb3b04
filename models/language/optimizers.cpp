#include "models/language/optimizers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "models/language/update_site.hpp"

namespace lockstep::models {

void step_with_momentum(UpdateSite& site, double momentum) {
  const auto kept = static_cast<float>(momentum);
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> velocity = site.state(0);
  for (std::size_t i = 0; i < velocity.size(); ++i) {
    velocity[i] = kept * velocity[i] - rate * site.gradients[i];
    site.parameters[i] += velocity[i];
  }
}

void momentum_step(UpdateSite& site) {
  step_with_momentum(site, site.setup->training.optimizer.momentum);
}

void nesterov_step(UpdateSite& site) {
  const auto kept = static_cast<float>(site.setup->training.optimizer.momentum);
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> velocity = site.state(0);
  for (std::size_t i = 0; i < velocity.size(); ++i) {
    const float step = rate * site.gradients[i];
    velocity[i] = kept * velocity[i] - step;
    site.parameters[i] += kept * velocity[i] - step;
  }
}

void adagrad_step(UpdateSite& site) {
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> squares = site.state(0);
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] += site.gradients[i] * site.gradients[i];
    if (squares[i] > 0) site.parameters[i] -= rate * site.gradients[i] / std::sqrt(squares[i]);
  }
}

void step_of_adam(UpdateSite& site, const Optimizer& optimizer, double learning_rate, double kept) {
  const double beta1 = optimizer.beta1;
  const double beta2 = optimizer.beta2;
  const auto number = static_cast<double>(site.number);
  const auto rate = static_cast<float>(learning_rate * std::sqrt(1 - std::pow(beta2, number)) /
                                       (1 - std::pow(beta1, number)));
  const auto epsilon = static_cast<float>(optimizer.epsilon);
  const auto old_mean = static_cast<float>(beta1);
  const auto new_mean = static_cast<float>(1 - beta1);
  const auto old_square = static_cast<float>(beta2);
  const auto new_square = static_cast<float>(1 - beta2);
  const auto decayed = static_cast<float>(kept);
  const std::span<float> mean = site.state(0);
  const std::span<float> square = site.state(1);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const float gradient = site.gradients[i];
    mean[i] = old_mean * mean[i] + new_mean * gradient;
    square[i] = old_square * square[i] + new_square * (gradient * gradient);
    const float divisor = std::sqrt(square[i]) + epsilon;
    const float step = divisor > 0 ? rate * (mean[i] / divisor) : 0;  // with epsilon 0
    site.parameters[i] = decayed * site.parameters[i] - step;
  }
}

void adam_step(UpdateSite& site) {
  step_of_adam(site, site.setup->training.optimizer, site.learning_rate(), 1);
}

void adamw_step(UpdateSite& site) {
  const Optimizer& optimizer = site.setup->training.optimizer;
  const double rate = site.learning_rate();
  step_of_adam(site, optimizer, rate, 1 - rate * optimizer.weight_decay);
}

void check_betas(const Setup& setup, Faults& faults) {
  for (const NumberOption* beta : {&beta1_option, &beta2_option})
    if (const double chosen = setup.options[*beta]; chosen == 1)
      faults.push_back({fmt::format("{}/{}", setup.pointer, beta->name),
                        fmt::format("must be at least 0 and below 1, found {}", chosen)});
}

namespace {

constexpr OptionSpec below_one(std::string_view name, std::string_view summary, double fallback) {
  return {.name = name,
          .type = OptionType::number,
          .summary = summary,
          .fallback = fallback,
          .least = 0,
          .most = 1,
          .below_most = true};
}
constexpr std::array velocity_numbers = {
    below_one("momentum", "how much of a step the next one repeats", Optimizer{}.momentum)};
constexpr std::array adamw_numbers = {
    below_one("beta1", "how much of the mean gradient is kept from step to step",
              Optimizer{}.beta1),
    below_one("beta2", "how much of the mean square is kept from step to step", Optimizer{}.beta2),
    OptionSpec{.name = "epsilon",
               .type = OptionType::number,
               .summary = "term added to the denominator of a step",
               .fallback = Optimizer{}.epsilon,
               .least = 0},
    OptionSpec{.name = "weight_decay",
               .type = OptionType::number,
               .summary = "decoupled weight decay: the part of a parameter, times the learning "
                          "rate, that each step removes",
               .fallback = Optimizer{}.weight_decay,
               .least = 0}};
constexpr std::array kinds = {
    OptimizerKind{&sgd_rule, {}},
    OptimizerKind{&momentum_rule, velocity_numbers},
    OptimizerKind{&nesterov_rule, velocity_numbers},
    OptimizerKind{&adagrad_rule, {}},
    OptimizerKind{&adam_rule, std::span(adamw_numbers).first(3)},
    OptimizerKind{&adamw_rule, adamw_numbers},
};

struct NamedNumber {
  const NumberOption* option;
  double Optimizer::* number;
};
constexpr std::array numbers = {NamedNumber{&momentum_option, &Optimizer::momentum},
                                NamedNumber{&beta1_option, &Optimizer::beta1},
                                NamedNumber{&beta2_option, &Optimizer::beta2},
                                NamedNumber{&epsilon_option, &Optimizer::epsilon},
                                NamedNumber{&weight_decay_option, &Optimizer::weight_decay}};

// Those of `numbers` that `chosen` holds.
void take_numbers(Optimizer& optimizer, const Options& chosen) {
  for (const NamedNumber& named : numbers)
    if (chosen.has(*named.option)) optimizer.*named.number = chosen[*named.option];
}

}  // namespace

std::span<const OptimizerKind> optimizer_kinds() { return kinds; }

Optimizer optimizer_of(const OptimizerKind& kind, const Options& chosen) {
  Optimizer optimizer{.rule = kind.rule};
  take_numbers(optimizer, chosen);
  return optimizer;
}

namespace {

// Where there is no choice of an optimizer, it is part of the algorithm.
std::string unless_one_of(const Setup& setup, std::initializer_list<std::string_view> optimizers) {
  if (!setup.options.has(optimizer_option)) return {};
  const std::string& chosen = setup.options[optimizer_option];
  if (std::ranges::find(optimizers, chosen) != optimizers.end()) return {};
  return fmt::format("with optimizer \"{}\"", chosen);
}

}  // namespace

std::string idle_momentum(const Setup& setup) {
  return unless_one_of(setup, {momentum_rule.name, nesterov_rule.name});
}

std::string idle_without_adam(const Setup& setup) {
  return unless_one_of(setup, {adam_rule.name, adamw_rule.name});
}

std::string idle_weight_decay(const Setup& setup) {
  return unless_one_of(setup, {adamw_rule.name});
}

Optimizer chosen_optimizer(const Setup& setup) {
  const Options& options = setup.options;
  const auto found = std::ranges::find(optimizers, options[optimizer_option]);
  if (found == optimizers.end()) return setup.training.optimizer;
  Optimizer optimizer{.rule =
                          optimizer_rules.at(static_cast<std::size_t>(found - optimizers.begin()))};
  take_numbers(optimizer, options);
  return optimizer;
}

}  // namespace lockstep::models
