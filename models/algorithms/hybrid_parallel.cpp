// Hybrid parallelism: d replicas of the model, each divided within its layers over m workers. A
// replica's workers exchange activations; workers that have the same part in different replicas sum
// their gradients, compressed if one likes: each part of a layer is a matrix of its own.
// Activations are sent as they are.
//
// Replica r has ranks r m .. r m + m - 1: neighbours exchange most. Yadan et al.: "Multi-GPU
// training of ConvNets", arXiv:1312.5853.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/hybrid_parallel_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models {

namespace {

using namespace hybrid_parallel_plan;

constexpr auto options = option_table(model_parallel_option, data_parallel_option, split_option,
                                      group_allreduce_option, compression_options);

}  // namespace

namespace hybrid_parallel_plan {

int parts_of(const Setup& setup) { return static_cast<int>(setup.options[model_parallel_option]); }

int replicas_of(const Setup& setup) { return setup.workers / parts_of(setup); }

}  // namespace hybrid_parallel_plan

namespace {

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const SplitPass pass = pass_of(setup, worker.rank());
  const Group counterparts = counterparts_of(setup, worker.rank());
  const std::int64_t mine = parameters_of_part(setup);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await split_forward(worker, pass);
    co_await split_backward(worker, pass);
    co_await sum_gradients(worker, counterparts, own_gradients(setup), 0);
    co_await worker.update({Buffer::own_parameters, 0, mine});
  }
}

void check(const Setup& setup, Faults& faults) {
  const std::string where = setup.pointer + "/model_parallel";
  const std::int64_t asked = setup.options[data_parallel_option];
  if (asked != 0 && asked * parts_of(setup) != setup.workers) {
    faults.push_back({setup.pointer + "/data_parallel",
                      fmt::format("times model_parallel must be the {} workers, found {} x {}",
                                  setup.workers, asked, parts_of(setup))});
  } else if (setup.workers % parts_of(setup) != 0) {
    faults.push_back({where, fmt::format("must divide the {} workers, found {}", setup.workers,
                                         parts_of(setup))});
  } else if (setup.global_batch % replicas_of(setup) != 0) {
    faults.push_back({"/training/global_batch",
                      fmt::format("must be a multiple of the {} replicas of {}, found {}",
                                  replicas_of(setup), setup.label, setup.global_batch)});
  }
  check_split(setup, parts_of(setup), faults);
}

}  // namespace

const RegisteredAlgorithm hybrid_parallel = Algorithm{
    .kind = "hybrid_parallel",
    .title = "Hybrid of data and model parallelism",
    .summary =
        "Groups of workers divide the layers of a model among them, and each group trains on its "
        "share of the mini-batch. Activations are exchanged within a group, gradients summed "
        "across the groups.",
    .approximation = "nothing: the same step as SGD on the joined mini-batch",
    .when_to_use =
        "When a few fast-linked devices together hold the model, and there are several such "
        "groups.",
    .source = "Yadan et al., arXiv:1312.5853",
    .family = Family::model_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = check,
    .program = program,
    .closed_form = hybrid_parallel_plan::closed_form,
    .formula = hybrid_parallel_plan::formula,
    .approximation_of =
        [](const Setup& setup) {
          return approximation_by_compression_alone(setup, replicas_of(setup));
        },
    .samples_of_gradient = all_used_samples,
    .own_ranges =
        [](const Setup& setup, Rank rank) {
          return split_ranges(setup, all_layers(setup.mlp), parts_of(setup),
                              rank % parts_of(setup));
        },
    .first_sample =
        [](const Setup& setup, Rank rank) {
          return rank / parts_of(setup) * (setup.global_batch / replicas_of(setup));
        },
};

}  // namespace lockstep::models
