#include "models/language/update_rule.hpp"

#include "models/language/update_site.hpp"

namespace lockstep::models {

void sgd_step(UpdateSite& site) {
  const auto rate = static_cast<float>(site.learning_rate());
  for (std::size_t i = 0; i < site.parameters.size(); ++i)
    site.parameters[i] -= rate * site.gradients[i];
}

}  // namespace lockstep::models
