#include "models/readers/numerics/final_model.hpp"

#include "models/readers/numerics/model_points.hpp"
#include "models/readers/numerics/sha256.hpp"

namespace lockstep::models {

FinalModel final_model(const Problem& problem,
                       const std::function<RankNumbers&(Rank)>& numbers_of) {
  UpdatesByRank totals;
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank)
    totals.push_back(numbers_of(rank).updates());
  // One point that all have reached.
  ModelPoints end(problem, {UpdatesByRank(totals.size(), 0)}, totals);
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank) end.reached(rank, numbers_of(rank));
  FinalModel model;
  model.parameters = end.last_model();
  model.quality = end.qualities().front();
  const auto* bytes = reinterpret_cast<const char*>(model.parameters.data());
  model.sha256 = sha256({bytes, model.parameters.size() * sizeof(float)});
  return model;
}

}  // namespace lockstep::models
