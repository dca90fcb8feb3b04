#include "models/algorithms/diloco_rules.hpp"

#include "models/language/update_site.hpp"

namespace lockstep::models {

void outer_nesterov_step(UpdateSite& site) {
  const auto mu = static_cast<float>(outer_momentum(*site.setup));
  const auto eta = static_cast<float>(outer_learning_rate(*site.setup));
  const std::span<float> w = site.state(0, true);
  const std::span<float> d = site.state(1);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const float gradient = w[i] - site.parameters[i];
    d[i] = mu * d[i] + gradient;
    w[i] -= eta * (gradient + mu * d[i]);
    site.parameters[i] = w[i];
  }
}

}  // namespace lockstep::models
