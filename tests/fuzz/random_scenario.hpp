// Random scenarios that the loader accepts. What keys there are, and what values they take, comes
// from `lockstep schema`, so that a new key or option is drawn without a line here; here stands
// what a schema cannot say: that batches divide, that graphs are connected, that sizes are small.
#pragma once

#include <cstdint>

#include "scenarios/scenario.hpp"

namespace lockstep::fuzz {

// The scenario of that number, always the same.
[[nodiscard]] scenarios::Json random_scenario(std::uint64_t number);

// Whether the loader accepts it. Data, where there are any, are checked as `train` does.
[[nodiscard]] Result<scenarios::Scenario> loaded(const scenarios::Json& scenario);

}  // namespace lockstep::fuzz
