// Packs a rank's result into a row of bytes.
#pragma once

#include "models/readers/execute/mpi/packed.hpp"
#include "models/readers/execute/rank_result.hpp"

namespace lockstep::models {

template <class Packed>
void pack(Packed& packed, RankOrder& order) {
  pack(packed, order.sources);
  pack(packed, order.probes);
  pack(packed, order.left);
  pack(packed, order.strands);
  pack(packed, order.parents);
}

template <class Packed>
void pack(Packed& packed, RankResult& result) {
  pack(packed, result.ended);
  pack(packed, result.use);
  pack(packed, result.iterations_s);
  pack(packed, result.flops);
  pack(packed, result.bytes);
  pack(packed, result.messages);
  pack(packed, result.loss_sum);
  pack(packed, result.loss_samples);
  pack(packed, result.order);
}

template <class Packed>
void pack(Packed& packed, RankModel& model) {
  pack(packed, model.updates);
  pack(packed, model.parameters);
  std::int64_t ranges = std::ssize(model.trained);  // a pair is not trivially copyable
  pack(packed, ranges);
  model.trained.resize(static_cast<std::size_t>(ranges));
  for (auto& [first, end] : model.trained) {
    pack(packed, first);
    pack(packed, end);
  }
}

}  // namespace lockstep::models
