// The passes of `asysvrg`: of its samples, at its parameters or at a copy of them.
#include "models/algorithms/asysvrg_plan.hpp"

namespace lockstep::models::asysvrg_plan {

Program passes(Worker& worker, Compute like) {
  const std::int64_t layers = worker.setup().mlp.layers;
  const auto product = [&like](ComputeKind kind, std::int64_t layer) {
    like.kind = kind;
    like.layer = static_cast<std::int32_t>(layer);
    return OperationAwaiter{like};
  };
  for (std::int64_t layer = 0; layer < layers; ++layer)
    co_await product(ComputeKind::forward, layer);
  for (std::int64_t layer = layers - 1; layer >= 0; --layer) {
    co_await product(ComputeKind::backward_weight, layer);
    if (layer > 0) co_await product(ComputeKind::backward_input, layer);
  }
}

}  // namespace lockstep::models::asysvrg_plan
