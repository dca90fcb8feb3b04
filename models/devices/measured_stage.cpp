#include "models/devices/measured_stage.hpp"

#include "models/devices/compute_kind.hpp"

namespace lockstep::models {

Picoseconds MeasuredStage::time_of(ComputeKind kind) const {
  switch (kind) {
    case ComputeKind::forward:
      return forward;
    case ComputeKind::backward_weight:
      return backward_weight;
    case ComputeKind::backward_input:
      return backward_input;
    case ComputeKind::reduce:
    case ComputeKind::update:
      break;
  }
  return {};
}

}  // namespace lockstep::models
