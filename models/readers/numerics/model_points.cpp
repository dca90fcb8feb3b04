#include "models/readers/numerics/model_points.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

ModelPoints::ModelPoints(const Problem& problem, std::vector<UpdatesByRank> points,
                         const UpdatesByRank& totals)
    : problem_(&problem),
      updates_(std::move(points)),
      next_(totals.size(), 0),
      points_(updates_.size()),
      qualities_(updates_.size()),
      last_model_(problem.start) {
  // Where servers have a model, it is the result; workers have copies of it, or explore.
  const auto first_server = totals.begin() + problem.setup->workers;
  const bool serve = std::any_of(first_server, totals.end(), [](auto made) { return made > 0; });
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank)
    if (totals[static_cast<std::size_t>(rank)] > 0 && problem.setup->is_server(rank) == serve)
      asked_.push_back(rank);
}

// Before its first update a rank of a data-parallel algorithm has the start everywhere; one of a
// model-parallel algorithm does not know yet which layers are its own, and has nothing to say.
ModelPoints::Part ModelPoints::part_of(Rank rank, RankNumbers& numbers) const {
  Part part;
  part.ranges = numbers.trained();
  const bool whole = problem_->setup->algorithm->family != Family::model_parallel &&
                     !problem_->setup->is_server(rank);
  if (numbers.updates() == 0) {
    if (whole) part.ranges = {{0, problem_->setup->mlp.parameters()}};
    if (const auto own_ranges = problem_->setup->algorithm->own_ranges; own_ranges != nullptr) {
      part.ranges.clear();
      for (const OwnRange& range : own_ranges(*problem_->setup, rank))
        part.ranges.emplace_back(range.offset, range.offset + range.count);
    }
  }
  part.model = numbers.updates() == 0 ? std::span<const float>(problem_->start) : numbers.model();
  return part;
}

// The shared parameters are there once, and all ranks' updates make their versions.
void ModelPoints::reached_shared(Rank rank, RankNumbers& numbers) {
  const std::lock_guard lock(mutex_);
  if (numbers.updates() > 0) ++shared_updates_;
  for (; shared_next_ < updates_.size(); ++shared_next_) {
    const UpdatesByRank& updates = updates_[shared_next_];
    const auto needed = std::accumulate(updates.begin(), updates.end(), std::int64_t{0});
    if (needed > shared_updates_) return;
    add(points_[shared_next_], part_of(rank, numbers));
    free_sums_.push_back(finish(shared_next_));
  }
}

void ModelPoints::reached(Rank rank, RankNumbers& numbers) {
  if (problem_->setup->algorithm->shared_memory) return reached_shared(rank, numbers);
  const auto index = static_cast<std::size_t>(rank);
  const auto asked = std::lower_bound(asked_.begin(), asked_.end(), rank);
  if (asked == asked_.end() || *asked != rank) return;
  for (std::size_t& next = next_[index];
       next < updates_.size() && updates_[next][index] <= numbers.updates(); ++next) {
    const Part part = part_of(rank, numbers);
    bool complete = false;
    {
      const std::lock_guard lock(mutex_);
      complete = take(points_[next], static_cast<std::size_t>(asked - asked_.begin()), part);
    }
    if (!complete) continue;
    std::vector<double> sums = finish(next);
    const std::lock_guard lock(mutex_);
    free_sums_.push_back(std::move(sums));
  }
}

bool ModelPoints::is_whole(const Ranges& ranges) const {
  return ranges == Ranges{{0, static_cast<std::int64_t>(problem_->start.size())}};
}

namespace {

// Bit for bit.
bool is_same(const std::vector<float>& model, std::span<const float> other) {
  return model.size() == other.size() &&
         std::memcmp(model.data(), other.data(), other.size_bytes()) == 0;
}

}  // namespace

ModelPoints::Model ModelPoints::copy_of(Point& point, const Part& part) const {
  if (!is_whole(part.ranges))
    return std::make_shared<const std::vector<float>>(part.model.begin(), part.model.end());
  if (!point.kept || !is_same(*point.kept, part.model))
    point.kept = std::make_shared<const std::vector<float>>(part.model.begin(), part.model.end());
  return point.kept;
}

// Adds in the order of ranks, whoever comes first: the same sum on any number of threads.
// The rank goes on and changes its model: a part that is too early is copied.
bool ModelPoints::take(Point& point, std::size_t asked, const Part& part) {
  if (asked != point.next) {
    point.early.emplace(asked, KeptPart{part.ranges, copy_of(point, part)});
    return false;
  }
  add(point, part);
  for (++point.next; !point.early.empty() && point.early.begin()->first == point.next;
       ++point.next) {
    const KeptPart& early = point.early.begin()->second;
    add(point, {early.ranges, *early.model});
    point.early.erase(point.early.begin());
  }
  return point.next == asked_.size();
}

bool ModelPoints::add_same(Point& point, const Part& part) const {
  const bool is_first = point.wholes == 0 && point.sums.empty();
  if (is_first) point.same = copy_of(point, part);
  if (!point.same) return false;
  const bool is_it =
      is_first || point.same->data() == part.model.data() || is_same(*point.same, part.model);
  if (is_it) ++point.wholes;
  return is_it;
}

// As many times a float as a double can count is exact, and so is what a division makes of it: a
// mean is the same, whether it has been summed from the start or not.
void ModelPoints::spread(Point& point) {
  const bool is_empty = point.sums.empty();
  if (is_empty && !free_sums_.empty()) {
    point.sums = std::move(free_sums_.back());
    free_sums_.pop_back();
  }
  point.sums.resize(problem_->start.size());
  if (point.same)
    for (std::size_t i = 0; i < point.sums.size(); ++i)
      point.sums[i] = point.wholes * static_cast<double>((*point.same)[i]);
  else if (is_empty)
    std::ranges::fill(point.sums, 0.0);
  point.same.reset();
}

void ModelPoints::add(Point& point, const Part& part) {
  const bool whole = is_whole(part.ranges);
  if (whole && add_same(point, part)) return;
  spread(point);
  if (whole) {
    ++point.wholes;
    for (std::size_t i = 0; i < point.sums.size(); ++i) point.sums[i] += part.model[i];
    return;
  }
  point.counts.resize(point.sums.size());
  for (const auto& [first, end] : part.ranges)
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i) {
      point.sums[i] += part.model[i];
      ++point.counts[i];
    }
}

// By its sums; parameters that no rank trains are as they were at the start.
std::vector<float> ModelPoints::mean_of(const Point& point) const {
  std::vector<float> model = problem_->start;
  for (std::size_t i = 0; i < model.size(); ++i) {
    const std::int32_t count = point.wholes + (point.counts.empty() ? 0 : point.counts[i]);
    if (count > 0) model[i] = static_cast<float>(point.sums[i] / count);
  }
  return model;
}

std::vector<double> ModelPoints::finish(std::size_t index) {
  Point point = std::exchange(points_[index], {});
  const Model model =
      point.same ? point.same : std::make_shared<const std::vector<float>>(mean_of(point));
  qualities_[index] = evaluate(*problem_, *model);
  if (index + 1 == points_.size()) last_model_ = *model;
  return std::move(point.sums);
}

}  // namespace lockstep::models
