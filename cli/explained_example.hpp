// The example on which `lockstep explain` shows an algorithm: small enough to check by hand, and
// such that its point is seen beside its nearest relative.
#pragma once

#include <string>
#include <string_view>

#include "models/cost/algorithm.hpp"
#include "models/language/setup.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::cli {

// Returns the kind that the algorithm is best compared with; empty for none.
[[nodiscard]] std::string_view relative_of(std::string_view kind);

// Returns the example of `shown`, for so many iterations, with the overrides of `options` applied
// after its own. `example_of`: the kind whose model, cluster and training it has: its own, or that
// of the algorithm which it stands beside.
[[nodiscard]] Result<scenarios::Scenario> explained_example(const models::Algorithm& shown,
                                                            std::string_view example_of,
                                                            int iterations,
                                                            const scenarios::LoadOptions& options);

// "8 layers of 1024, 1024 samples per worker and mini-batch, 4 hosts of 10 TFLOP/s in a star of 100
// Gbit/s and 10 us".
[[nodiscard]] std::string example_words(const models::Setup& setup);

}  // namespace lockstep::cli
