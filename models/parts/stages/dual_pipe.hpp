// The order of passes of DualPipe and DualPipeV: the forward pass of one chunk and the backward
// pass of the other are done as one, while messages of both are under way.
//
// DeepSeek-AI: "DeepSeek-V3 technical report", arXiv:2412.19437, section 3.2.1, and the code that
// they published, github.com/deepseek-ai/DualPipe, whose eight steps these turns are.
#pragma once

#include <vector>

#include "models/parts/stages/two_chunks.hpp"

namespace lockstep::models {

[[nodiscard]] std::int64_t dual_pipe_least(int places);
[[nodiscard]] std::vector<PassTurns> dual_pipe_turns(int place, int places,
                                                     std::int64_t micro_batches);

}  // namespace lockstep::models
