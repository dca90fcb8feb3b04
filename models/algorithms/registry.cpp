// Every algorithm: a line here and one in all_algorithms.hpp.
#include "models/algorithms/registry.hpp"

#include <algorithm>
#include <array>

#include "models/algorithms/all_algorithms.hpp"

namespace lockstep::models {

namespace {

// In the order in which they are listed.
constexpr auto all_algorithms = std::to_array<const Algorithm*>({
    &sgd,
    &sync_sgd,
    &zero,
    &async_sgd,
    &downpour,
    &dc_asgd,
    &adag,
    &ssp,
    &model_averaging,
    &post_local_sgd,
    &bmuf,
    &slowmo,
    &easgd,
    &diloco,
    &d_psgd,
    &sgp,
    &ad_psgd,
    &hogwild,
    &hogbatch,
    &asysvrg,
    &layer_parallel,
    &tensor_parallel,
    &hybrid_parallel,
    &gpipe,
    &pipeline_1f1b,
    &pipeline_interleaved,
    &zb_h1,
    &zb_h2,
    &zb_v,
    &dualpipe,
    &dualpipe_v,
    &three_d_parallel,
    &pipelined_backprop,
    &spectrain,
    &pipedream,
    &pipedream_2bw,
    &ddg,
    &features_replay,
    &synthetic_gradients,
});

}  // namespace

std::span<const Algorithm* const> algorithms() { return all_algorithms; }

const Algorithm* find_algorithm(std::string_view kind) {
  const auto found = std::ranges::find(all_algorithms, kind,
                                       [](const Algorithm* algorithm) { return algorithm->kind; });
  return found == all_algorithms.end() ? nullptr : *found;
}

}  // namespace lockstep::models
