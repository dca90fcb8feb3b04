// Every algorithm: one line above and one below, in the order in which they are listed.
#include "models/algorithms/registry.hpp"

#include <algorithm>
#include <array>

namespace lockstep::models {

extern const Algorithm sgd;
extern const Algorithm sync_sgd;
extern const Algorithm zero;
extern const Algorithm async_sgd;
extern const Algorithm downpour;
extern const Algorithm dc_asgd;
extern const Algorithm adag;
extern const Algorithm ssp;
extern const Algorithm model_averaging;
extern const Algorithm bmuf;
extern const Algorithm easgd;
extern const Algorithm diloco;
extern const Algorithm d_psgd;
extern const Algorithm sgp;
extern const Algorithm ad_psgd;
extern const Algorithm hogwild;
extern const Algorithm hogbatch;
extern const Algorithm asysvrg;
extern const Algorithm layer_parallel;
extern const Algorithm tensor_parallel;
extern const Algorithm hybrid_parallel;
extern const Algorithm gpipe;
extern const Algorithm pipeline_1f1b;
extern const Algorithm pipeline_interleaved;
extern const Algorithm zb_h1;
extern const Algorithm zb_h2;
extern const Algorithm three_d_parallel;
extern const Algorithm pipelined_backprop;
extern const Algorithm spectrain;
extern const Algorithm pipedream;
extern const Algorithm pipedream_2bw;
extern const Algorithm ddg;
extern const Algorithm features_replay;
extern const Algorithm synthetic_gradients;

namespace {

constexpr std::array all_algorithms = {
    &sgd,
    &sync_sgd,
    &zero,
    &async_sgd,
    &downpour,
    &dc_asgd,
    &adag,
    &ssp,
    &model_averaging,
    &bmuf,
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
    &three_d_parallel,
    &pipelined_backprop,
    &spectrain,
    &pipedream,
    &pipedream_2bw,
    &ddg,
    &features_replay,
    &synthetic_gradients,
};

}  // namespace

std::span<const Algorithm* const> algorithms() { return all_algorithms; }

const Algorithm* find_algorithm(std::string_view kind) {
  const auto* const found = std::ranges::find(
      all_algorithms, kind, [](const Algorithm* algorithm) { return algorithm->kind; });
  return found == all_algorithms.end() ? nullptr : *found;
}

}  // namespace lockstep::models
