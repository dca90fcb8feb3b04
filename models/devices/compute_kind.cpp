#include "models/devices/compute_kind.hpp"

namespace lockstep::models {

std::string_view name_of(ComputeKind kind) {
  switch (kind) {
    case ComputeKind::forward:
      return "forward";
    case ComputeKind::backward_weight:
      return "backward_weight";
    case ComputeKind::backward_input:
      return "backward_input";
    case ComputeKind::reduce:
      return "reduce";
    case ComputeKind::update:
      return "update";
  }
  return "";
}

}  // namespace lockstep::models
