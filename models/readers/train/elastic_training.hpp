// Trains an elastic run group by group: each goes on from the checkpoint of the one before, with
// the samples that follow, and with the mini-batches of as many workers as are up.
#pragma once

#include <vector>

#include "models/readers/simulate/elastic.hpp"
#include "models/readers/train/train.hpp"

namespace lockstep::models {

// Returns the quality of the model at each of `times_s`, ascending, of the wall clock; adds to
// `trained` its numbers and, for each time, the iterations and samples of its curve. If it was
// stopped, `trained.numbers` has not finished.
[[nodiscard]] std::vector<Quality> train_elastically(const Setup& costed, const Problem& computed,
                                                     const std::vector<ElasticGroup>& groups,
                                                     const std::vector<double>& times_s,
                                                     const TrainOptions& options,
                                                     const sim::RunControl& control,
                                                     Trained& trained);

}  // namespace lockstep::models
