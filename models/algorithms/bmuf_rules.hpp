// The update rules of `bmuf`, which take the model from block to block. The parameters are the mean
// m of all models before an update and w after it; w and d are kept between updates.
#pragma once

#include "models/language/setup.hpp"
#include "models/language/update_rule.hpp"

namespace lockstep::models {

// Return eta and zeta of bmuf.cpp.
[[nodiscard]] double block_momentum(const Setup& setup);
[[nodiscard]] double block_learning_rate(const Setup& setup);

void block_momentum_step(UpdateSite& site);
void block_nesterov_step(UpdateSite& site);
void last_block_nesterov_step(UpdateSite& site);

// FLOPs a parameter: g 1, zeta g 1, d 2, then w 1. Reads the mean, w and d; writes d, w, and w
// once more, as the model that the next block trains.
inline constexpr UpdateRule block_momentum_rule = {.name = "block_momentum",
                                                   .flops = 5,
                                                   .scalars_touched = 6,
                                                   .copies = 2,
                                                   .gradients_read = 0,
                                                   .step = block_momentum_step};
// FLOPs a parameter: g 1, zeta g 1, d 2, u 1, w 2.
inline constexpr UpdateRule block_nesterov_rule = {.name = "block_nesterov_momentum",
                                                   .flops = 7,
                                                   .scalars_touched = 6,
                                                   .copies = 2,
                                                   .gradients_read = 0,
                                                   .step = block_nesterov_step};
// FLOPs a parameter: g 1, zeta g 1, u 1. Reads the mean and w; writes u.
inline constexpr UpdateRule last_block_nesterov_rule = {.name = "last_block_nesterov_momentum",
                                                        .flops = 3,
                                                        .scalars_touched = 3,
                                                        .gradients_read = 0,
                                                        .step = last_block_nesterov_step,
                                                        .state_of = &block_nesterov_rule};

}  // namespace lockstep::models
