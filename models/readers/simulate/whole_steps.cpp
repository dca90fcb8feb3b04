#include "models/readers/simulate/whole_steps.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string_view>
#include <utility>

#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

namespace {

// The number of steps, or of messages on an edge, as a factor of times.
Picoseconds times(std::int64_t count, Picoseconds span) {
  return span.ps > longest_run.ps / count ? longest_run : count * span;
}

bool same_steps(const CollectiveSteps& a, const CollectiveSteps& b) {
  return a.tag == b.tag && a.folds == b.folds && a.pattern == b.pattern &&
         a.first_chunk == b.first_chunk && a.whole.buffer == b.whole.buffer &&
         a.whole.offset == b.whole.offset && a.whole.count == b.whole.count;
}

}  // namespace

bool may_take_whole_steps(const Setup& setup) {
  constexpr std::string_view by_steps[] = {"ring", "halving_doubling", "recursive_doubling"};
  const Cluster& cluster = setup.cluster;
  const bool sums_otherwise =
      setup.options.has(allreduce_option) &&
      std::ranges::find(by_steps, setup.options[allreduce_option]) == std::end(by_steps);
  const auto folds_alike = [&](const DeviceSpec& device) {
    return device.reductions == cluster.devices.front().reductions;
  };
  return cluster.granularity != Granularity::message && !sums_otherwise && setup.workers > 1 &&
         setup.servers == 0 && setup.measured.empty() && cluster.endpoint.is_free() &&
         !cluster.endpoint.eager && cluster.cores == 0 && cluster.background.empty() &&
         !cluster.topology->memory && channels_of(setup) == 1 &&
         std::ranges::all_of(cluster.devices, folds_alike);
}

WholeSteps::WholeSteps(Simulation& simulation, bool nothing_else)
    : simulation_(&simulation),
      ranks_(simulation.setup_->workers),
      must_be_exact_(simulation.setup_->cluster.granularity != Granularity::step),
      nothing_else_(nothing_else || must_be_exact_),
      folds_on_engines_(simulation.setup_->has_engine(0)),
      exact_(ranks_) {}

bool WholeSteps::are_for(const CollectiveSteps& steps) const {
  if (steps.group.count != ranks_ || steps.whole.encoding != Encoding::dense) return false;
  if (steps.pattern == StepPattern::ring) return steps.whole.count >= ranks_;
  return std::has_single_bit(static_cast<unsigned>(ranks_)) && steps.whole.count > 0 &&
         (steps.pattern == StepPattern::vectors || steps.whole.count % ranks_ == 0);
}

void WholeSteps::wait(const CollectiveSteps& steps, std::coroutine_handle<> handle) {
  const sim::Engine& engine = simulation_->engine_;
  if (waiting_.empty()) {
    steps_ = steps;
    since_ = engine.now();
  }
  waiting_.push_back(handle);
  were_offered_ = true;
  if (under_way_ || !same_steps(steps, steps_) || since_ != engine.now())
    return collides("ranks reached the steps of a collective at different times");
  if (std::ssize(waiting_) == ranks_) return begin();
  if (!must_be_exact_ && waiting_.size() == 1) release_if_all_are_there(0);
}

// Looks again, in this instant, as long as more ranks arrive; then whoever is there goes on alone.
void WholeSteps::release_if_all_are_there(std::uint64_t arrived) {
  if (under_way_ || waiting_.empty() || since_ != simulation_->engine_.now()) return;
  if (waiting_.size() == arrived) return release(false);
  simulation_->engine_.after({},
                             {[](void* self, std::uint64_t before) {
                                static_cast<WholeSteps*>(self)->release_if_all_are_there(before);
                              },
                              this, waiting_.size()});
}

void WholeSteps::begin() {
  if (!may_begin()) {
    if (must_be_exact_) return collides("devices or links were busy when a collective began");
    return release(false);
  }
  if (steps_.pattern == StepPattern::ring ? begin_on_ring() : begin_on_butterfly()) return;
  if (must_be_exact_) return collides("ranks drift apart in this collective");
  release(false);
}

void WholeSteps::begin(Picoseconds span, std::int64_t steps) {
  under_way_ = true;
  folds_ = steps_.folds;
  steps_under_way_ = steps;
  simulation_->engine_.after(
      span, {[](void* self, std::uint64_t) { static_cast<WholeSteps*>(self)->end(); }, this, 0});
}

// Says whether steps have begun.
bool WholeSteps::begin_on_ring() {
  const Mlp& mlp = simulation_->setup_->mlp;
  const std::int64_t longer_bytes = wire_bytes(mlp, chunk(true));
  const Picoseconds message = edges().duration(longer_bytes);
  const FoldTimes folds = fold_times(chunk(true));
  if (must_be_exact_ && !is_exact(steps_.whole.count % ranks_ == 0, folds.alike)) return false;
  host_ring_steps_begin();
  count_on_ring(longer_bytes, wire_bytes(mlp, chunk(false)));
  begin(times(ranks_ - 1, saturating_add(message, folds.longest)), ranks_ - 1);
  return true;
}

// A rank folds every chunk but one: its left neighbour's.
void WholeSteps::host_ring_steps_begin() {
  const int longer = static_cast<int>(steps_.whole.count % ranks_);
  for (int index = 0; index < ranks_; ++index) {
    const Rank rank = steps_.group.rank_of(index);
    Picoseconds folding;
    if (steps_.folds && !folds_on_engines_) {
      const int left_out = (index + ranks_ - 1 + steps_.first_chunk) % ranks_;
      const int of_longer = longer - (left_out < longer ? 1 : 0);
      folding = of_longer * fold_time(rank, chunk(true)) +
                (ranks_ - 1 - of_longer) * fold_time(rank, chunk(false));
    }
    simulation_->host_of(rank).activity.steps_begin(simulation_->engine_.now(), folding);
  }
}

// Of all devices, if ranks fold what they receive.
WholeSteps::FoldTimes WholeSteps::fold_times(const Payload& payload) const {
  const auto kinds = static_cast<int>(simulation_->setup_->cluster.devices.size());
  FoldTimes times;
  Picoseconds shortest = longest_run;
  for (Rank rank = 0; steps_.folds && rank < kinds; ++rank) {
    const Picoseconds mine = fold_time(rank, payload);
    times.longest = std::max(times.longest, mine);
    shortest = std::min(shortest, mine);
    times.alike = times.longest == shortest;
  }
  return times;
}

Picoseconds WholeSteps::fold_time(Rank rank, const Payload& payload) const {
  const Setup& setup = *simulation_->setup_;
  return compute_time(setup.device_of(rank), reduce_work(setup.mlp, payload));
}

void WholeSteps::end() {
  const Picoseconds now = simulation_->engine_.now();
  under_way_ = false;
  for (Simulation::Host& host : simulation_->hosts_) host.activity.steps_end(now);
  release(true);
}

// A rank that goes on may arrive again at once.
void WholeSteps::release(bool taken) {
  taken_ = taken;
  if (taken) {
    ++counts_.whole;
    counts_.steps += steps_under_way_;
  } else {
    ++counts_.message_by_message;
  }
  for (const std::coroutine_handle<> handle : std::exchange(waiting_, {})) {
    taken_ = taken;
    handle.resume();
  }
}

bool WholeSteps::may_begin() {
  const Picoseconds now = simulation_->engine_.now();
  const auto is_free = [&](const Simulation::Host& host) {
    return (folds_on_engines_ ? host.engine : host.device).free_at() <= now;
  };
  return simulation_->transfers_running_ == 0 && simulation_->network_.idle() &&
         (!steps_.folds || std::ranges::all_of(simulation_->hosts_, is_free));
}

// The proofs are those of exact_ranks.hpp.
bool WholeSteps::is_exact(bool same_chunks, bool same_folds) {
  const RingEdges& ring = edges();
  if (!same_folds || ring.have_others()) return false;
  if (same_chunks && ring.alike()) return exact_.even_steps(ring.meet());
  if (ring.meet()) return false;
  if (same_chunks) return ring.slowest() >= 0 && exact_.steps_with_one_slow(ring.slowest());
  return ring.alike() &&
         exact_.uneven_steps(static_cast<int>(steps_.whole.count % ranks_), 1 - steps_.first_chunk);
}

// Counts what all messages and folds of the steps would have counted.
void WholeSteps::count_on_ring(std::int64_t longer_bytes, std::int64_t shorter_bytes) {
  const Mlp& mlp = simulation_->setup_->mlp;
  const int longer = static_cast<int>(steps_.whole.count % ranks_);
  const Count each_chunk = ranks_ - 1;  // goes over that many edges
  const auto of_all = [&](Count of_longer, Count of_shorter) {
    return each_chunk * (longer * of_longer + (ranks_ - longer) * of_shorter);
  };
  const Count bytes = of_all(longer_bytes, shorter_bytes);
  simulation_->bytes_ += bytes;
  simulation_->bytes_received_ += bytes;
  simulation_->messages_ += each_chunk * ranks_;
  if (steps_.folds)
    simulation_->flops_[ComputeKind::reduce] +=
        of_all(reduce_work(mlp, chunk(true)).flops, reduce_work(mlp, chunk(false)).flops);
  edges().add_loads(simulation_->network_, {.longer_bytes = longer_bytes,
                                            .shorter_bytes = shorter_bytes,
                                            .longer = longer,
                                            .first_chunk = steps_.first_chunk});
}

const RingEdges& WholeSteps::edges() {
  if (edges_) return *edges_;
  std::vector<topologies::ConnectionIndex> connections;
  for (int index = 0; index < ranks_; ++index) {
    const Rank from = steps_.group.rank_of(index);
    const Rank to = steps_.group.rank_of((index + 1) % ranks_);
    connections.push_back(
        simulation_->connection_of(simulation_->lane_of(from, to, steps_.tag), from, to));
  }
  return edges_.emplace(simulation_->network_, simulation_->setup_->cluster.sharing,
                        std::move(connections));
}

// One of the chunks that are as long as the first, or as the last.
Payload WholeSteps::chunk(bool longer) const {
  return steps_.whole.part(0, block_count(steps_.whole.count, ranks_, longer ? 0 : ranks_ - 1));
}

// All ranks' last act must end at once where not all are exact: the last one might not be.
void WholeSteps::rank_ends() {
  const Picoseconds now = simulation_->engine_.now();
  if (!first_end_) first_end_ = now;
  if (*first_end_ != now && !exact_.all())
    collides("ranks end at different times after a collective");
}

void WholeSteps::collides(const char* why) {
  if (why_not_.empty()) why_not_ = why;
  simulation_->engine_.finish();
}

}  // namespace lockstep::models
