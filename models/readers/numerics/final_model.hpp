// What a run has learned in the end: one model, put together from what the ranks have.
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

// `numbers_of(rank)`: what each rank has when its program has ended.
[[nodiscard]] FinalModel final_model(const Problem& problem,
                                     const std::function<RankNumbers&(Rank)>& numbers_of);

}  // namespace lockstep::models
