#include "models/readers/simulate/memory_over_time.hpp"

#include <algorithm>

namespace lockstep::models {

namespace {

std::size_t at(Rank rank) { return static_cast<std::size_t>(rank); }

// Where the samples of one rank and stretch of time stand that are kept.
struct Kept {
  std::int64_t stretch = -1;
  std::size_t most = 0;
  std::size_t last = 0;
};

// Of each rank and stretch of time, the sample that holds most and the last one, in their order.
std::vector<bool> to_keep(const std::vector<MemorySample>& samples, std::size_t ranks,
                          Picoseconds resolution) {
  std::vector<bool> keep(samples.size(), false);
  std::vector<Kept> of_ranks(ranks);
  const auto close = [&](const Kept& kept) {
    if (kept.stretch >= 0) keep[kept.most] = keep[kept.last] = true;
  };
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Kept& kept = of_ranks[at(samples[i].rank)];
    const std::int64_t stretch = samples[i].since.ps / resolution.ps;
    if (stretch != kept.stretch) {
      close(kept);
      kept = {stretch, i, i};
    }
    kept.last = i;
    if (samples[i].held.total() > samples[kept.most].held.total()) kept.most = i;
  }
  for (const Kept& kept : of_ranks) close(kept);
  return keep;
}

}  // namespace

MemoryOverTime::MemoryOverTime(std::size_t most, int ranks)
    : most_(std::max(most, least_a_rank * at(ranks))), last_(at(ranks), none) {}

void MemoryOverTime::add(const MemorySample& sample) {
  const std::size_t last = last_[at(sample.rank)];
  if (last != none && samples_[last].since == sample.since) {
    samples_[last].held = sample.held;
    return;
  }
  if (last != none && samples_[last].held == sample.held) return;
  ++all_;
  last_[at(sample.rank)] = samples_.size();
  samples_.push_back(sample);
  // Half of the room is made at once, so that a sample costs O(1) amortised.
  if (samples_.size() > most_) thin(most_ / 2);
}

void MemoryOverTime::fit(std::size_t most) {
  most_ = std::max(most, least_a_rank * last_.size());
  if (samples_.size() > most_) thin(most_);
}

// At the latest when one stretch holds the whole run, two samples a rank are left.
void MemoryOverTime::thin(std::size_t most) {
  Picoseconds latest;
  for (const MemorySample& sample : samples_) latest = std::max(latest, sample.since);
  do {
    resolution_.ps = std::max(
        {2 * resolution_.ps, std::int64_t{1}, latest.ps / static_cast<std::int64_t>(most)});
    const std::vector<bool> keep = to_keep(samples_, last_.size(), resolution_);
    std::size_t left = 0;
    for (std::size_t i = 0; i < samples_.size(); ++i)
      if (keep[i]) samples_[left++] = samples_[i];
    samples_.resize(left);
  } while (samples_.size() > most && resolution_ <= latest);
  std::fill(last_.begin(), last_.end(), none);
  for (std::size_t i = 0; i < samples_.size(); ++i) last_[at(samples_[i].rank)] = i;
}

}  // namespace lockstep::models
