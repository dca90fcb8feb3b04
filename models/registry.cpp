// Every algorithm and every collective: one line each, in the order in which they are listed.
#include <algorithm>
#include <array>

#include "models/algorithm.hpp"
#include "models/collective.hpp"

namespace lockstep::models {

extern const Collective ring;
extern const Collective recursive_doubling;
extern const Collective halving_doubling;
extern const Collective tree;
extern const Collective star;
extern const Collective sharded_server;

extern const Algorithm sgd;
extern const Algorithm sync_sgd;
extern const Algorithm async_sgd;
extern const Algorithm downpour;
extern const Algorithm dc_asgd;
extern const Algorithm adag;
extern const Algorithm ssp;
extern const Algorithm model_averaging;
extern const Algorithm bmuf;
extern const Algorithm easgd;
extern const Algorithm gpipe;
extern const Algorithm pipeline_1f1b;
extern const Algorithm zb_h1;
extern const Algorithm zb_h2;

namespace {

constexpr std::array all_collectives = {
    &ring, &recursive_doubling, &halving_doubling, &tree, &star, &sharded_server,
};

constexpr std::array all_algorithms = {
    &sgd,  &sync_sgd, &async_sgd, &downpour,      &dc_asgd, &adag,  &ssp, &model_averaging,
    &bmuf, &easgd,    &gpipe,     &pipeline_1f1b, &zb_h1,   &zb_h2,
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
