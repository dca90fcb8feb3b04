// The update rules of `easgd`: how models and the centre pull at each other.
#include "models/algorithms/easgd_plan.hpp"
#include "models/language/update_site.hpp"

namespace lockstep::models::easgd_plan {

namespace {

// The paper's alpha.
double pull_of(const Setup& setup) { return elasticity(setup) / setup.workers; }

}  // namespace

void elastic_step(UpdateSite& site) {
  const auto alpha = static_cast<float>(pull_of(*site.setup));
  const auto beta = static_cast<float>(elasticity(*site.setup));
  const std::span<float> centre = site.other(Buffer::centre);
  const std::span<const float> mean = site.other(Buffer::parameter_sum);
  for (std::size_t i = 0; i < centre.size(); ++i) {
    site.parameters[i] -= alpha * (site.parameters[i] - centre[i]);
    centre[i] += beta * (mean[i] - centre[i]);
  }
}

void pull_step(UpdateSite& site) {
  const auto alpha = static_cast<float>(pull_of(*site.setup));
  const std::span<const float> centre = site.other(Buffer::centre);
  const std::span<float> difference = site.other(Buffer::elastic_difference);
  for (std::size_t i = 0; i < centre.size(); ++i) {
    difference[i] = alpha * (site.parameters[i] - centre[i]);
    site.parameters[i] -= difference[i];
  }
}

// The parameters are the centre here.
void centre_step(UpdateSite& site) {
  const std::span<const float> difference = site.other(Buffer::elastic_difference);
  for (std::size_t i = 0; i < difference.size(); ++i) site.parameters[i] += difference[i];
}

void step_ahead(UpdateSite& site) {
  const auto kept = static_cast<float>(momentum(*site.setup));
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> velocity = site.state(0);
  const std::span<float> ahead = site.other(Buffer::predicted_parameters);
  for (std::size_t i = 0; i < velocity.size(); ++i) {
    velocity[i] = kept * velocity[i] - rate * site.gradients[i];
    site.parameters[i] += velocity[i];
    ahead[i] = site.parameters[i] + kept * velocity[i];
  }
}

const UpdateRule& step_rule(const Setup& setup) {
  return momentum(setup) == 0 ? sgd_rule : look_ahead_rule;
}

}  // namespace lockstep::models::easgd_plan
