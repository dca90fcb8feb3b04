// The one model that a run has learned in the end, put together from what the ranks have.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/readers/numerics/evaluate.hpp"
#include "models/readers/numerics/rank_numbers.hpp"

namespace lockstep::models {

struct FinalModel {
  std::vector<float> parameters;
  Quality quality;
  std::string sha256;  // of the parameters' bytes, in hexadecimal
};

// Puts the model together. `numbers_of(rank)` returns what each rank has when its program has
// ended.
[[nodiscard]] FinalModel final_model(const Problem& problem,
                                     const std::function<RankNumbers&(Rank)>& numbers_of);

}  // namespace lockstep::models
