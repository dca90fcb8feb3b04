// Every algorithm and every collective: one line each, in the order in which they are listed.
#include <algorithm>
#include <array>

#include "models/algorithm.hpp"
#include "models/collectives/collective.hpp"

namespace lockstep::models {

extern const Collective ring;
extern const Collective recursive_doubling;
extern const Collective halving_doubling;
extern const Collective tree;
extern const Collective double_tree;
extern const Collective hierarchical;
extern const Collective star;
extern const Collective sharded_server;
extern const Collective reduce_scatter;
extern const Collective allgather;
extern const Collective broadcast;
extern const Collective alltoall;

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

constexpr std::array all_collectives = {
    &ring, &recursive_doubling, &halving_doubling, &tree,      &double_tree, &hierarchical,
    &star, &sharded_server,     &reduce_scatter,   &allgather, &broadcast,   &alltoall,
};

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

template <class Records>
auto find(const Records& records, std::string_view kind) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const auto* record) { return record->kind == kind; });
  return found == records.end() ? nullptr : *found;
}

}  // namespace

std::span<const Collective* const> collectives() { return all_collectives; }
const Collective* find_collective(std::string_view kind) { return find(all_collectives, kind); }

std::span<const Algorithm* const> algorithms() { return all_algorithms; }
const Algorithm* find_algorithm(std::string_view kind) { return find(all_algorithms, kind); }

}  // namespace lockstep::models
