// 3D parallelism: the model is cut into p stages, each stage's layers are divided over t workers,
// and there are d = P / (t p) replicas of all that. Micro-batches go through the stages one
// forward, one backward (1F1B); at the end of a mini-batch, workers that have the same part in
// different replicas sum their gradients, compressed if one likes: each part of a layer is a matrix
// of its own. What goes between parts and stages is sent as it is.
//
// Neighbouring ranks have the parts of a layer, then come replicas, then stages. Every part sends
// what it has of a stage's activations to the same part of the next; the trick of sending 1/t and
// gathering it there is left out. Narayanan et al.: "Efficient large-scale language model training
// on GPU clusters using Megatron-LM", arXiv:2104.04473.
#include <fmt/format.h>

#include <algorithm>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/three_d_parallel_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models {

namespace {

using namespace three_d_parallel_plan;

constexpr auto options =
    option_table(tensor_parallel_option, pipeline_parallel_option, data_parallel_option,
                 micro_batches_option, split_option, group_allreduce_option, compression_options);

}  // namespace

namespace three_d_parallel_plan {

Place place_of(const Setup& setup, Rank rank) {
  Place place;
  place.parts = static_cast<int>(setup.options[tensor_parallel_option]);
  place.stages = static_cast<int>(setup.options[pipeline_parallel_option]);
  place.replicas = std::max(setup.workers / (place.parts * place.stages), 1);
  const std::int64_t asked = setup.options[micro_batches_option];
  place.micro_batches = asked == 0 ? place.stages : asked;
  place.stage = rank / place.ranks_of_stage();
  place.rank = rank;
  return place;
}

}  // namespace three_d_parallel_plan

namespace {

Program forward(Worker& worker, Place place, std::int64_t micro_batch) {
  const Setup& setup = worker.setup();
  const Tag tag = static_cast<Tag>(micro_batch);
  SplitPass pass = pass_of(setup, place);
  pass.micro_batch = micro_batch;
  if (place.stage > 0) {
    const Message input = co_await worker.receive(place.rank - place.ranks_of_stage(), tag);
    co_await worker.store(input);
  }
  co_await split_forward(worker, pass, tag);
  if (!place.last_stage())
    co_await worker.post(place.rank + place.ranks_of_stage(), tag,
                         sent_forward(setup, place, micro_batch));
}

Program backward(Worker& worker, Place place, std::int64_t micro_batch) {
  const Setup& setup = worker.setup();
  const Tag tag = static_cast<Tag>(micro_batch);
  SplitPass pass = pass_of(setup, place);
  pass.micro_batch = micro_batch;
  if (!place.last_stage()) {
    const Message gradient = co_await worker.receive(place.rank + place.ranks_of_stage(), tag);
    co_await worker.store(gradient);
  }
  co_await split_backward(worker, pass, tag);
  if (place.stage > 0)
    co_await worker.post(place.rank - place.ranks_of_stage(), tag,
                         sent_back(setup, place, micro_batch));
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Place place = place_of(setup, worker.rank());
  const std::int64_t mine = parameters_of_rank(setup, place);
  const std::int64_t ahead =
      std::min<std::int64_t>(place.stages - place.stage - 1, place.micro_batches);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t index = 0; index < ahead; ++index) co_await forward(worker, place, index);
    for (std::int64_t index = 0; index < place.micro_batches; ++index) {
      if (ahead + index < place.micro_batches) co_await forward(worker, place, ahead + index);
      co_await backward(worker, place, index);
    }
    co_await sum_gradients(worker, place.counterparts(), own_gradients(setup, place), 0);
    co_await worker.update({Buffer::own_parameters, 0, mine});
  }
}

}  // namespace

const RegisteredAlgorithm three_d_parallel = Algorithm{
    .kind = "three_d_parallel",
    .title = "3D parallelism: tensor, pipeline and data",
    .summary =
        "Stages of a pipeline, whose layers are divided within, in several replicas: each way of "
        "dividing the work is used where its messages are cheapest.",
    .approximation =
        "nothing: gradients of all micro-batches and replicas are summed before the "
        "one update",
    .when_to_use =
        "For models of many devices: tensor parallelism within a node, the pipeline across nodes, "
        "data parallelism with the devices that are left.",
    .source = "Narayanan et al., arXiv:2104.04473",
    .family = Family::model_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = check,
    .program = program,
    .closed_form = three_d_parallel_plan::closed_form,
    .formula = three_d_parallel_plan::formula,
    .approximation_of =
        [](const Setup& setup) {
          return approximation_by_compression_alone(setup, place_of(setup, 0).replicas);
        },
    .samples_of_gradient = all_used_samples,
    .own_ranges =
        [](const Setup& setup, Rank rank) {
          const Place place = place_of(setup, rank);
          return split_ranges(setup, pass_of(setup, place).layers, place.parts, place.part());
        },
    .first_sample =
        [](const Setup& setup, Rank rank) {
          const Place place = place_of(setup, rank);
          return place.replica() * (setup.global_batch / place.replicas);
        },
};

}  // namespace lockstep::models
