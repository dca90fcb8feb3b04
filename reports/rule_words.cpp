#include "reports/rule_words.hpp"

#include <algorithm>
#include <array>

namespace lockstep::reports {

namespace {

struct Words {
  std::string_view rule;
  std::string_view formula;
  std::string_view letters;
};

constexpr std::array rules = {
    Words{"sgd", "w <- w - rate * g", "rate: the learning rate"},
    Words{"momentum", "v <- momentum * v - rate * g; w <- w + v",
          "v: velocity, 0 at first; rate: the learning rate"},
    Words{"adagrad", "s <- s + g * g; w <- w - rate * g / sqrt(s)",
          "s: sum of squares, 0 at first; rate: the learning rate"},
    Words{"adam",
          "m <- beta1 * m + (1 - beta1) * g; s <- beta2 * s + (1 - beta2) * g * g; "
          "w <- w - rate_t * m / (sqrt(s) + epsilon)",
          "m and s: means of gradients and of their squares, 0 at first; rate_t: in step t the "
          "learning rate times sqrt(1 - beta2^t) / (1 - beta1^t)"},
    Words{"adamw",
          "m <- beta1 * m + (1 - beta1) * g; s <- beta2 * s + (1 - beta2) * g * g; "
          "w <- (1 - rate * weight_decay) * w - rate_t * m / (sqrt(s) + epsilon)",
          "m and s: means of gradients and of their squares, 0 at first; rate: the learning rate; "
          "rate_t: in step t the learning rate times sqrt(1 - beta2^t) / (1 - beta1^t)"},
    Words{"delay compensated", "w <- w - rate * (g + lambda * g * g * (w - w_bak)); w_bak <- w",
          "w_bak: the parameters that the worker of this gradient got last; rate: the learning "
          "rate"},
    Words{"delay compensated, adaptive",
          "s <- decay * s + (1 - decay) * g * g; "
          "w <- w - rate * (g + lambda / sqrt(s + 0.0000001) * g * g * (w - w_bak)); w_bak <- w",
          "s: mean of squares, 0 at first; decay: mean_square_decay; w_bak: the parameters that "
          "the worker of this gradient got last; rate: the learning rate"},
    Words{"elastic",
          "w <- w - beta / workers * (w - centre); centre <- centre + beta * (mean - centre)",
          "beta: elasticity; mean: of all workers' w before that"},
    Words{"block_momentum", "d <- eta * d + zeta * (w - c); c <- c + d; w <- c",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; d: 0 at first; eta: block_momentum; zeta: block_learning_rate"},
    Words{"svrg", "w <- w - rate * (g - g0 + mean)",
          "g0: the gradient of the same sample at the parameters that the full gradient mean is "
          "of; rate: the learning rate"},
};

const Words* find(std::string_view rule) {
  const auto found = std::ranges::find(rules, rule, &Words::rule);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

std::string_view rule_formula(std::string_view rule) {
  const Words* found = find(rule);
  return found == nullptr ? std::string_view() : found->formula;
}

std::string_view rule_letters(std::string_view rule) {
  const Words* found = find(rule);
  return found == nullptr ? std::string_view() : found->letters;
}

}  // namespace lockstep::reports
