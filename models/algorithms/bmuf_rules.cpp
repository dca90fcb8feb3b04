#include "models/algorithms/bmuf_rules.hpp"

#include "models/language/update_site.hpp"

namespace lockstep::models {

void block_momentum_step(UpdateSite& site) {
  const auto eta = static_cast<float>(block_momentum(*site.setup));
  const auto zeta = static_cast<float>(block_learning_rate(*site.setup));
  const std::span<float> w = site.state(0, true);
  const std::span<float> d = site.state(1);
  for (std::size_t i = 0; i < w.size(); ++i) {
    d[i] = eta * d[i] + zeta * (site.parameters[i] - w[i]);
    w[i] += d[i];
    site.parameters[i] = w[i];
  }
}

void block_nesterov_step(UpdateSite& site) {
  const auto eta = static_cast<float>(block_momentum(*site.setup));
  const auto zeta = static_cast<float>(block_learning_rate(*site.setup));
  const std::span<float> w = site.state(0, true);
  const std::span<float> d = site.state(1);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const float step = zeta * (site.parameters[i] - w[i]);
    d[i] = eta * d[i] + step;
    w[i] += step;  // u
    w[i] += eta * d[i];
    site.parameters[i] = w[i];
  }
}

void last_block_nesterov_step(UpdateSite& site) {
  const auto zeta = static_cast<float>(block_learning_rate(*site.setup));
  const std::span<const float> w = site.state(0, true);
  for (std::size_t i = 0; i < w.size(); ++i)
    site.parameters[i] = w[i] + zeta * (site.parameters[i] - w[i]);
}

}  // namespace lockstep::models
