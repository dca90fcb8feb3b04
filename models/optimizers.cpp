#include "models/optimizers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/update_site.hpp"

namespace lockstep::models {

namespace {

struct Optimizer {
  const UpdateRule* rule;
  int copies;
};

constexpr std::array<Optimizer, optimizers.size()> all = {
    {{&sgd_rule, 0}, {&momentum_rule, 1}, {&adagrad_rule, 1}, {&adam_rule, 2}}};

const Optimizer& optimizer_of(const Options& chosen) {
  const auto* found = std::find(optimizers.begin(), optimizers.end(), chosen.choice("optimizer"));
  return all[static_cast<std::size_t>(found - optimizers.begin())];
}

}  // namespace

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
  step_with_momentum(site, site.setup->options.number("momentum"));
}

void adagrad_step(UpdateSite& site) {
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> squares = site.state(0);
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] += site.gradients[i] * site.gradients[i];
    if (squares[i] > 0) site.parameters[i] -= rate * site.gradients[i] / std::sqrt(squares[i]);
  }
}

void step_of_adam(UpdateSite& site, double learning_rate, double kept) {
  const Options& options = site.setup->options;
  const double beta1 = options.number("beta1");
  const double beta2 = options.number("beta2");
  const auto number = static_cast<double>(site.number);
  const auto rate = static_cast<float>(learning_rate * std::sqrt(1 - std::pow(beta2, number)) /
                                       (1 - std::pow(beta1, number)));
  const auto epsilon = static_cast<float>(options.number("epsilon"));
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

void adam_step(UpdateSite& site) { step_of_adam(site, site.learning_rate(), 1); }

void check_betas(const Setup& setup, Faults& faults) {
  for (const char* beta : {"beta1", "beta2"})
    if (const double chosen = setup.options.number(beta); chosen == 1)
      faults.push_back({fmt::format("{}/{}", setup.pointer, beta),
                        fmt::format("must be at least 0 and below 1, found {}", chosen)});
}

std::string idle_momentum(const Setup& setup) {
  return setup.options.unless_chosen("optimizer", "momentum");
}

// Where there is no choice of an optimizer, Adam is part of the algorithm.
std::string idle_without_adam(const Setup& setup) {
  return setup.options.has("optimizer") ? setup.options.unless_chosen("optimizer", "adam")
                                        : std::string{};
}

const UpdateRule& rule_of_optimizer(const Options& chosen) { return *optimizer_of(chosen).rule; }

int optimizer_copies(const Options& chosen) { return optimizer_of(chosen).copies; }

}  // namespace lockstep::models
