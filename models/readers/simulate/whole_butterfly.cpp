// Steps of a butterfly as one event.
#include <utility>

#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/simulation.hpp"
#include "models/readers/simulate/whole_steps.hpp"

namespace lockstep::models {

// The order of the steps makes no difference to what they add up to.
std::vector<WholeSteps::Swap> WholeSteps::swaps() const {
  std::vector<Swap> swaps;
  for (int distance = 1; distance < ranks_; distance *= 2) {
    const bool windows = steps_.pattern == StepPattern::windows;
    const std::int64_t scalars =
        windows ? steps_.whole.count / ranks_ * distance : steps_.whole.count;
    swaps.push_back({distance, steps_.whole.part(0, scalars)});
  }
  return swaps;
}

// Says whether steps have begun. Ranks that begin together all end each step together, if its
// messages and folds are alike; of messages that meet, all must begin together.
bool WholeSteps::begin_on_butterfly() {
  if (!exact_.all()) return false;
  const std::vector<Swap> all = swaps();
  Picoseconds span;
  Picoseconds folding;
  for (const auto& [distance, payload] : all) {
    const ButterflyRounds::Round& round = rounds().at(distance);
    const FoldTimes folds = fold_times(payload);
    if (!round.alike || !folds.alike) return false;
    const Picoseconds message = round.duration(wire_bytes(simulation_->setup_->mlp, payload));
    span = saturating_add(span, saturating_add(message, folds.longest));
    folding = saturating_add(folding, folds.longest);
  }
  if (folds_on_engines_) folding = {};
  for (Rank rank = 0; rank < ranks_; ++rank)
    simulation_->host_of(rank).activity.steps_begin(simulation_->engine_.now(), folding);
  for (const Swap& swap : all) count_on_butterfly(swap);
  begin(span, std::ssize(all));
  return true;
}

void WholeSteps::count_on_butterfly(const Swap& swap) {
  const Mlp& mlp = simulation_->setup_->mlp;
  const std::int64_t bytes = wire_bytes(mlp, swap.payload);
  simulation_->bytes_ += Count{ranks_} * bytes;
  simulation_->bytes_received_ += Count{ranks_} * bytes;
  simulation_->messages_ += ranks_;
  if (steps_.folds)
    simulation_->flops_[ComputeKind::reduce] += ranks_ * reduce_work(mlp, swap.payload).flops;
  rounds().add_loads(swap.distance, bytes);
}

ButterflyRounds& WholeSteps::rounds() {
  if (rounds_) return *rounds_;
  const auto& hosts = simulation_->setup_->cluster.topology->hosts;
  std::vector<topologies::NodeIndex> nodes;
  for (int index = 0; index < ranks_; ++index)
    nodes.push_back(
        hosts[static_cast<std::size_t>(simulation_->setup_->host_of(steps_.group.rank_of(index)))]);
  return rounds_.emplace(simulation_->network_, simulation_->setup_->cluster.sharing,
                         std::move(nodes));
}

}  // namespace lockstep::models
