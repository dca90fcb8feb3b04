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

constexpr std::string_view adamw_formula =
    "m <- beta1 * m + (1 - beta1) * g; s <- beta2 * s + (1 - beta2) * g * g; "
    "w <- (1 - rate * weight_decay) * w - rate_t * m / (sqrt(s) + epsilon)";

constexpr std::array rules = {
    Words{"sgd", "w <- w - rate * g", "rate: the learning rate"},
    Words{"momentum", "v <- momentum * v - rate * g; w <- w + v",
          "v: velocity, 0 at first; rate: the learning rate"},
    Words{"compensated momentum", "v <- mu * v - rate * g; w <- w + v",
          "v: velocity, 0 at first; rate: the learning rate; mu: target_momentum less the 1 - 1/P "
          "that P workers, or groups of them, have by asynchrony alone"},
    Words{"averaged momentum", "v <- momentum * v + (1 - momentum) * g; w <- w - rate * v",
          "v: velocity, 0 at first; rate: the learning rate"},
    Words{"prediction", "w <- p - updates * rate * v",
          "w: what a pass computes with; p: the parameters; v: their velocity; rate: the learning "
          "rate; updates: how many come until those that the mini-batch aims at, on stage k of P "
          "floor(k/2) + P-1-k going forward and floor(k/2) going back"},
    Words{"nesterov", "v <- momentum * v - rate * g; w <- w + momentum * v - rate * g",
          "v: velocity, 0 at first; rate: the learning rate"},
    Words{"nesterov, ahead", "v <- momentum * v - rate * g; w <- w + v; ahead <- w + momentum * v",
          "v: velocity, 0 at first; rate: the learning rate; ahead: the parameters of which the "
          "next gradient is"},
    Words{"adagrad", "s <- s + g * g; w <- w - rate * g / sqrt(s)",
          "s: sum of squares, 0 at first; rate: the learning rate"},
    Words{"adam",
          "m <- beta1 * m + (1 - beta1) * g; s <- beta2 * s + (1 - beta2) * g * g; "
          "w <- w - rate_t * m / (sqrt(s) + epsilon)",
          "m and s: means of gradients and of their squares, 0 at first; rate_t: in step t the "
          "learning rate times sqrt(1 - beta2^t) / (1 - beta1^t)"},
    Words{"adamw", adamw_formula,
          "m and s: means of gradients and of their squares, 0 at first; rate: the learning rate; "
          "rate_t: in step t the learning rate times sqrt(1 - beta2^t) / (1 - beta1^t)"},
    Words{"inner adamw", adamw_formula,
          "m and s: means of gradients and of their squares, 0 at first; rate: "
          "inner_learning_rate; rate_t: in step t that times sqrt(1 - beta2^t) / (1 - beta1^t)"},
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
    Words{"elastic pull", "d <- beta / workers * (w - centre); w <- w - d",
          "beta: elasticity; centre: the parameters that the servers sent; d: what goes back to "
          "them"},
    Words{"centre", "w <- w + d",
          "w: the centre, on a server; d: the difference that a worker's pull has sent"},
    Words{"block_momentum", "d <- eta * d + zeta * (w - c); c <- c + d; w <- c",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; d: 0 at first; eta: block_momentum; zeta: block_learning_rate"},
    Words{"block_nesterov_momentum",
          "d <- eta * d + zeta * (w - c); c <- c + zeta * (w - c) + eta * d; w <- c",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; d: 0 at first; eta: block_momentum; zeta: block_learning_rate"},
    Words{"last_block_nesterov_momentum", "w <- c + zeta * (w - c)",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; zeta: block_learning_rate"},
    Words{"slow_momentum", "u <- beta * u + (c - w) / rate; c <- c - alpha * rate * u; w <- c",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; u: 0 at first; beta: slow_momentum; alpha: slow_learning_rate; rate: the "
          "learning rate"},
    Words{"outer_nesterov", "d <- mu * d + (c - w); c <- c - eta * ((c - w) + mu * d); w <- c",
          "w: at first the mean of all workers' models; c: the model that all had before, at the "
          "start w; d: 0 at first; mu: outer_momentum; eta: outer_learning_rate"},
    Words{"debias", "w <- x / weight",
          "w: what gradients are of; x: the numbers that workers push to each other; weight: the "
          "part of them that is here, 1 in the mean of all workers"},
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
