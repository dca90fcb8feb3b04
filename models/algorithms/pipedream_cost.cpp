// What `pipedream` costs, how it divides layers by what they cost, and what it cannot do.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "models/algorithms/pipedream_plan.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models::pipedream_plan {

namespace {

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

// Stages and replicas that a scenario gives must fit hosts and layers.
void check_replicas(const Setup& setup, Faults& faults) {
  const std::vector<std::int64_t>& replicas = replicas_of(setup);
  const auto stages = static_cast<std::int64_t>(replicas.size());
  const std::int64_t asked = setup.options[stages_option];
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
  if (setup.options[stages_option] != 0 || !replicas_of(setup).empty())
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
  if (!keeps_versions(setup))
    faults.push_back({where, "needs weight_stashing, which keeps the versions that it names"});
  if (!faults.empty()) return;
  const auto stages = static_cast<int>(stages_of(setup).size());
  if (stages < setup.workers)
    faults.push_back({where, fmt::format("needs one rank a stage, found {} ranks in {} stages",
                                         setup.workers, stages)});
}

}  // namespace

std::vector<PartitionStage> partition(const Setup& setup) {
  if (!is_automatic(setup.options)) return {};
  if (!setup.partition.empty()) return setup.partition;
  return best_partition(profiles_of(setup), setup.workers, bytes_per_s(setup)).stages;
}

std::vector<StreamStage> stages_of(const Setup& setup) {
  if (is_automatic(setup.options)) return stages_in_a_row(partition(setup));
  const std::vector<std::int64_t>& replicas = replicas_of(setup);
  if (replicas.empty()) return even_stages(setup);
  const auto count = static_cast<int>(replicas.size());
  std::vector<PartitionStage> stages;
  for (int stage = 0; stage < count; ++stage)
    stages.push_back({layers_of_stage(setup.mlp, count, stage),
                      static_cast<int>(replicas[static_cast<std::size_t>(stage)])});
  return stages_in_a_row(stages);
}

std::int64_t delay_of(const Stream& stream, const StreamStage& stage) {
  return stream.reading == Reading::input_stage ? stream.stages.front().ahead : stage.ahead;
}

std::int64_t versions(const Setup& setup, Rank rank) {
  const Stream stream = stream_of(setup);
  return stream.stashes ? delay_of(stream, stage_of(stream, rank)) : 0;
}

std::string words_of(const Setup& setup) {
  const auto stages = static_cast<int>(stages_of(setup).size());
  if (stages == setup.workers) return std::string(setup.algorithm->approximation);
  return approximation_with_compression(setup) +
         "; the R workers of a stage take turns, and update once for R mini-batches, by their "
         "mean: as with mini-batches R times as large";
}

void check(const Setup& setup, Faults& faults) {
  if (is_automatic(setup.options))
    check_automatic(setup, faults);
  else if (!replicas_of(setup).empty())
    check_replicas(setup, faults);
  else
    check_stages(setup, faults);
  if (vertical(setup)) check_vertical(setup, faults);
}

Formula formula(const Setup& setup) { return stream_formula(setup, stream_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  const Stream stream = stream_of(setup);
  ClosedForm form = stream_closed_form(setup, stream, stream.stashes ? stashed_copies : no_copies);
  form.staleness = staleness_of(stream);
  return form;
}

}  // namespace lockstep::models::pipedream_plan
