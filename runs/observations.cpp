#include "runs/observations.hpp"

#include <algorithm>

namespace lockstep::runs {

models::Recording recording_of(const models::Setup& setup, std::size_t runs) {
  // Some 50 bytes each: of all runs together, about as much memory as one simulation may take.
  constexpr std::size_t most_spans = 2'000'000;
  return models::Recording(most_spans / std::max<std::size_t>(1, runs), setup.ranks());
}

models::Causes causes_of(std::size_t runs) {
  // They live as long as one run; its critical path stays.
  constexpr std::size_t most_activities = 4'000'000;
  return models::Causes(most_activities / std::max<std::size_t>(1, runs));
}

}  // namespace lockstep::runs
