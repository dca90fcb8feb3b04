#include "models/optimizers.hpp"

#include <algorithm>

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

const UpdateRule& rule_of_optimizer(const Options& chosen) { return *optimizer_of(chosen).rule; }

int optimizer_copies(const Options& chosen) { return optimizer_of(chosen).copies; }

}  // namespace lockstep::models
