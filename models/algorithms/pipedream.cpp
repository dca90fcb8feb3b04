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
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models {

namespace {

constexpr std::array<std::string_view, 2> partitions = {"even", "auto"};

constexpr std::array options = {
    stages_option,
    OptionSpec{.name = "replicas",
               .type = OptionType::integers,
               .summary = "how many ranks each stage has; empty: one each",
               .fallback = std::span<const std::int64_t>{},
               .least = 1,
               .most = 1e6},
    OptionSpec{.name = "partition",
               .type = OptionType::choice,
               .summary = "even: as many layers in each stage; auto: stages and replicas for all "
                          "hosts by the paper's dynamic programme",
               .fallback = std::string_view{"even"},
               .choices = partitions},
    OptionSpec{.name = "weight_stashing",
               .type = OptionType::boolean,
               .summary = "go back with the parameters of the forward pass; without it, with the "
                          "newest",
               .fallback = true},
    OptionSpec{.name = "vertical_sync",
               .type = OptionType::boolean,
               .summary = "a mini-batch sees the same version at all stages",
               .fallback = false},
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
};

bool vertical(const Setup& setup) { return setup.options.boolean("vertical_sync"); }

bool is_automatic(const Options& chosen) { return chosen.choice("partition") == "auto"; }

// Of the slowest connection between neighbours.
double bytes_per_s(const Setup& setup) {
  constexpr std::int64_t many = 1'000'000'000;
  NetworkView network(setup);
  double slowest_s = 0;
  for (Rank rank = 0; rank + 1 < (network.uniform() ? std::min(2, setup.workers) : setup.workers);
       ++rank)
    slowest_s = std::max(slowest_s, network.transfer_s(rank, rank + 1, many));
  return many / slowest_s;
}

// Layers as the partitioner sees them: on the first host, as in the paper's profile.
std::vector<LayerProfile> profiles_of(const Setup& setup) {
  std::vector<LayerProfile> profiles;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) {
    const LayerRange alone{layer, 1};
    profiles.push_back(
        {block_forward_s(setup, 0, alone, setup.global_batch) +
             block_backward_s(setup, 0, alone, setup.global_batch),
         static_cast<double>(activation_bytes_before(setup, layer + 1, setup.global_batch)),
         static_cast<double>(setup.mlp.parameters(alone) * setup.mlp.precision.gradients)});
  }
  return profiles;
}

std::vector<PartitionStage> partition(const Setup& setup) {
  if (!is_automatic(setup.options)) return {};
  if (!setup.partition.empty()) return setup.partition;
  return best_partition(profiles_of(setup), setup.workers, bytes_per_s(setup)).stages;
}

std::vector<StreamStage> stages_of(const Setup& setup) {
  if (is_automatic(setup.options)) return stages_in_a_row(partition(setup));
  const std::vector<std::int64_t>& replicas = setup.options.integers("replicas");
  if (replicas.empty()) return even_stages(setup);
  const auto count = static_cast<int>(replicas.size());
  std::vector<PartitionStage> stages;
  for (int stage = 0; stage < count; ++stage)
    stages.push_back({layers_of_stage(setup.mlp, count, stage),
                      static_cast<int>(replicas[static_cast<std::size_t>(stage)])});
  return stages_in_a_row(stages);
}

int workers(const Options& chosen, int hosts) {
  if (is_automatic(chosen)) return hosts;
  const std::vector<std::int64_t>& replicas = chosen.integers("replicas");
  if (replicas.empty()) return pipeline_workers(chosen, hosts);
  std::int64_t sum = 0;
  for (const std::int64_t stage : replicas) sum += stage;
  return static_cast<int>(std::min<std::int64_t>(sum, std::numeric_limits<int>::max()));
}

Stream stream_of(const Setup& setup) {
  return {.stages = stages_of(setup),
          .micro_batches = setup.training.iterations,
          .samples = setup.global_batch,
          .update_every = 1,
          .reading = vertical(setup) ? Reading::input_stage : Reading::newest,
          .stashes = setup.options.boolean("weight_stashing")};
}

Program program(Worker& worker) {
  const Stream stream = stream_of(worker.setup());
  co_await stream_program(worker, stream);
}

Formula formula(const Setup& setup) { return stream_formula(setup, stream_of(setup)); }

// How old a stage's gradients become: in updates.
std::int64_t delay_of(const Stream& stream, const StreamStage& stage) {
  return stream.reading == Reading::input_stage ? stream.stages.front().ahead : stage.ahead;
}

std::int64_t versions(const Setup& setup, Rank rank) {
  const Stream stream = stream_of(setup);
  return stream.stashes ? delay_of(stream, stage_of(stream, rank)) : 0;
}

// Beside the newest, the versions that mini-batches under way, or on their way, still need: one for
// each update of the delay, unless the run ends before there are as many.
std::int64_t stashed_copies(const Stream& stream, const StreamStage& stage) {
  const std::int64_t delay = delay_of(stream, stage);
  const std::int64_t updates = stream.updates(stage);
  if (delay == 0 || updates == 1) return 0;
  return std::max<std::int64_t>(1, std::min(delay, updates - delay));
}

std::int64_t no_copies(const Stream& /*stream*/, const StreamStage& /*stage*/) { return 0; }

// Update number u of a stage, from 0, has a gradient min(u, delay) updates old.
ClaimedStaleness staleness_of(const Stream& stream) {
  ClaimedStaleness staleness;
  Count updates = 0;
  Count sum = 0;
  for (const StreamStage& stage : stream.stages) {
    const std::int64_t all = stream.updates(stage);
    const std::int64_t delay = std::min(delay_of(stream, stage), all - 1);
    updates += Count{stage.replicas} * all;
    sum += stage.replicas * (Count{delay} * (delay + 1) / 2 + Count{all - 1 - delay} * delay);
    staleness.max = std::max(staleness.max, delay);
  }
  staleness.mean = to_double(sum) / to_double(updates);
  return staleness;
}

ClosedForm closed_form(const Setup& setup) {
  const Stream stream = stream_of(setup);
  ClosedForm form = stream_closed_form(setup, stream, stream.stashes ? stashed_copies : no_copies);
  form.staleness = staleness_of(stream);
  return form;
}

std::string words_of(const Setup& setup) {
  const auto stages = static_cast<int>(stages_of(setup).size());
  return stages < setup.workers ? approximation_with_compression(setup)
                                : std::string(setup.algorithm->approximation);
}

// Stages and replicas that a scenario gives must fit hosts and layers.
void check_replicas(const Setup& setup, Faults& faults) {
  const std::vector<std::int64_t>& replicas = setup.options.integers("replicas");
  const auto stages = static_cast<std::int64_t>(replicas.size());
  const std::int64_t asked = setup.options.integer("stages");
  const std::string where = setup.pointer + "/replicas";
  if (asked != 0 && asked != stages)
    faults.push_back({where, fmt::format("must have one entry for each of the {} stages, found {}",
                                         asked, stages)});
  if (setup.workers > setup.cluster.hosts())
    faults.push_back({where, fmt::format("must sum to at most the number of hosts, {}, found {}",
                                         setup.cluster.hosts(), setup.workers)});
  if (!setup.measured.empty() && setup.workers > stages)
    faults.push_back({where, "must all be 1 where stages were measured"});
  else if (setup.measured.empty() && stages > setup.mlp.layers)
    faults.push_back({where, fmt::format("must have at most as many entries as the model has "
                                         "layers, {}, found {}",
                                         setup.mlp.layers, stages)});
}

// The partitioner decides alone; its time grows with the square of this.
constexpr std::int64_t most_layers_times_machines = 4096;

void check_automatic(const Setup& setup, Faults& faults) {
  const std::string where = setup.pointer + "/partition";
  if (!setup.measured.empty())
    faults.push_back({where, "\"auto\" needs layers; stages that were measured are given"});
  if (setup.options.integer("stages") != 0 || !setup.options.integers("replicas").empty())
    faults.push_back({where, "\"auto\" finds stages and replicas by itself: leave them out"});
  if (Count{setup.mlp.layers} * setup.workers > most_layers_times_machines)
    faults.push_back(
        {where, fmt::format("\"auto\" takes at most {} layers times hosts, found {} "
                            "x {}",
                            most_layers_times_machines, setup.mlp.layers, setup.workers)});
  const std::int64_t layers =
      setup.partition.empty() ? setup.mlp.layers : setup.partition.back().layers.end();
  if (layers != setup.mlp.layers)
    faults.push_back(
        {"/numerics/layers", fmt::format("must be the model's {} layers, which {} divides by what "
                                         "they cost, found {}",
                                         layers, setup.label, setup.mlp.layers)});
}

void check_vertical(const Setup& setup, Faults& faults) {
  const std::string where = setup.pointer + "/vertical_sync";
  if (!setup.options.boolean("weight_stashing"))
    faults.push_back({where, "needs weight_stashing, which keeps the versions that it names"});
  if (!faults.empty()) return;
  const auto stages = static_cast<int>(stages_of(setup).size());
  if (stages < setup.workers)
    faults.push_back({where, fmt::format("needs one rank a stage, found {} ranks in {} stages",
                                         setup.workers, stages)});
}

void check(const Setup& setup, Faults& faults) {
  if (is_automatic(setup.options))
    check_automatic(setup, faults);
  else if (!setup.options.integers("replicas").empty())
    check_replicas(setup, faults);
  else
    check_stages(setup, faults);
  if (vertical(setup)) check_vertical(setup, faults);
}

}  // namespace

const RegisteredAlgorithm pipedream = Algorithm{
    .kind = "pipedream",
    .title = "PipeDream",
    .summary =
        "Mini-batches follow each other through the stages without a flush; a stage alternates one "
        "forward and one backward and updates after each, so that none idles once the pipeline is "
        "full. Gradients are as old as there are stages to come, and each is of the parameters "
        "that its mini-batch saw going forward.",
    .approximation =
        "stage s of K (from 0) applies gradients K-s-1 updates old; with vertical "
        "sync all stages K-1",
    .when_to_use =
        "When bubbles cost more than old gradients, and versions of a stage's "
        "parameters fit.",
    .source = "Narayanan et al., SOSP 2019; Harlap et al., arXiv:1806.03377",
    .family = Family::model_parallel,
    .options = options,
    .workers = workers,
    .servers = [](const Options&) { return 0; },
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .pipeline = true,
    .unflushed = true,
    .approximation_of = words_of,
    .versions = versions,
    .samples_of_gradient = all_used_samples,
    .partition = partition,
};

}  // namespace lockstep::models
