// PipeDream: mini-batches follow each other through the stages without a flush, and every stage
// updates after each of them.
//
// A mini-batch goes back through a stage K-s-1 updates after it came forward (s from 0), so a stage
// stashes the parameters that each mini-batch under way has seen, for its backward pass. With
// vertical sync it sees, at all stages, as many updates as the first stage had made when it went
// in: a delay of K-1 everywhere, for which every stage keeps up to K versions. Narayanan et al.:
// "PipeDream: Generalized pipeline parallelism for DNN training", SOSP 2019.
//
// Replicas of a stage take mini-batches in turn, sum their gradients and update together, once for
// as many mini-batches as they are. What they sum can be compressed, which the partitioner does not
// reckon with. `stream.hpp` has their schedule, `partition.hpp` the
// partitioner.
//
// Staleness counts a stage's own updates between a mini-batch's forward pass and its gradient.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/pipedream_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models {

namespace {

using namespace pipedream_plan;

constexpr std::array<std::string_view, 2> partitions = {"even", "auto"};

constexpr IntegersOption replicas_option =
    OptionSpec{.name = "replicas",
               .type = OptionType::integers,
               .summary = "how many ranks each stage has; empty: one each",
               .fallback = std::span<const std::int64_t>{},
               .least = 1,
               .most = 1e6};

constexpr TextOption partition_option =
    OptionSpec{.name = "partition",
               .type = OptionType::choice,
               .summary =
                   "even: as many layers in each stage; auto: stages and replicas for all "
                   "hosts by the paper's dynamic programme",
               .fallback = std::string_view{"even"},
               .choices = partitions};

constexpr BooleanOption weight_stashing_option =
    OptionSpec{.name = "weight_stashing",
               .type = OptionType::boolean,
               .summary =
                   "go back with the parameters of the forward pass; without it, with the "
                   "newest",
               .fallback = true};

constexpr BooleanOption vertical_sync_option =
    OptionSpec{.name = "vertical_sync",
               .type = OptionType::boolean,
               .summary = "a mini-batch sees the same version at all stages",
               .fallback = false};

constexpr auto options =
    option_table(stages_option, replicas_option, partition_option, weight_stashing_option,
                 vertical_sync_option, compression_options);

}  // namespace

namespace pipedream_plan {

const std::vector<std::int64_t>& replicas_of(const Setup& setup) {
  return setup.options[replicas_option];
}

bool keeps_versions(const Setup& setup) { return setup.options[weight_stashing_option]; }

bool vertical(const Setup& setup) { return setup.options[vertical_sync_option]; }

bool is_automatic(const Options& chosen) { return chosen[partition_option] == "auto"; }

Stream stream_of(const Setup& setup) {
  return {.stages = stages_of(setup),
          .micro_batches = setup.training.iterations,
          .samples = setup.global_batch,
          .update_every = 1,
          .reading = vertical(setup) ? Reading::input_stage : Reading::newest,
          .stashes = keeps_versions(setup)};
}

}  // namespace pipedream_plan

namespace {

int workers(const Options& chosen, int hosts) {
  if (is_automatic(chosen)) return hosts;
  const std::vector<std::int64_t>& replicas = chosen[replicas_option];
  if (replicas.empty()) return pipeline_workers(chosen, hosts);
  std::int64_t sum = 0;
  for (const std::int64_t stage : replicas) sum += stage;
  return static_cast<int>(std::min<std::int64_t>(sum, std::numeric_limits<int>::max()));
}

Program program(Worker& worker) { return stream_program(worker, worker.common(stream_of)); }

}  // namespace

const RegisteredAlgorithm pipedream = on_stages({
    .kind = "pipedream",
    .title = "PipeDream",
    .summary =
        "Mini-batches follow each other through the stages without a flush; a stage alternates one "
        "forward and one backward and updates after each, so that none idles once the pipeline is "
        "full. Gradients are as many updates old as there are later stages, and each is of the "
        "parameters that its mini-batch saw going forward.",
    .approximation = "stage s of P (from 0) applies gradients P-s-1 updates old; with vertical "
                     "sync all stages P-1",
    .when_to_use = "When bubbles cost more than old gradients, and versions of a stage's "
                   "parameters fit.",
    .source = "Narayanan et al., SOSP 2019; Harlap et al., arXiv:1806.03377",
    .options = options,
    .workers = workers,
    .check = check,
    .program = program,
    .closed_form = pipedream_plan::closed_form,
    .formula = pipedream_plan::formula,
    .unflushed = true,
    .approximation_of = words_of,
    .versions = versions,
    .partition = partition,
});

}  // namespace lockstep::models
