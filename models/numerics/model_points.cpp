#include "models/numerics/model_points.hpp"

#include <algorithm>

#include "models/algorithm.hpp"

namespace lockstep::models {

ModelPoints::ModelPoints(const Problem& problem, std::vector<UpdatesByRank> points,
                         const UpdatesByRank& totals)
    : problem_(&problem),
      updates_(std::move(points)),
      asked_(totals.size()),
      next_(totals.size(), 0),
      points_(updates_.size()),
      qualities_(updates_.size()),
      last_model_(problem.start) {
  // Where servers have a model, it is the result; workers have copies of it, or explore.
  const auto first_server = totals.begin() + problem.setup->workers;
  const bool serve = std::any_of(first_server, totals.end(), [](auto made) { return made > 0; });
  int asked = 0;
  for (Rank rank = 0; rank < problem.setup->ranks(); ++rank) {
    const auto index = static_cast<std::size_t>(rank);
    asked_[index] = totals[index] > 0 && problem.setup->is_server(rank) == serve;
    if (problem.setup->algorithm->shared_memory) asked_[index] = asked_[index] && rank == 0;
    asked += asked_[index] ? 1 : 0;
  }
  for (Point& point : points_) {
    point.parts.resize(totals.size());
    point.missing = asked;
  }
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
    part.model = problem_->start;
    return part;
  }
  const std::span<const float> model = numbers.model();
  part.model.assign(model.begin(), model.end());
  return part;
}

void ModelPoints::reached(Rank rank, RankNumbers& numbers) {
  const auto index = static_cast<std::size_t>(rank);
  if (!asked_[index]) return;
  for (std::size_t& next = next_[index];
       next < updates_.size() && updates_[next][index] <= numbers.updates(); ++next) {
    Part part = part_of(rank, numbers);
    std::vector<std::optional<Part>> complete;
    {
      const std::lock_guard lock(mutex_);
      Point& point = points_[next];
      point.parts[index] = std::move(part);
      if (--point.missing == 0) complete = std::move(point.parts);
    }
    if (!complete.empty()) finish(next, complete);
  }
}

// Adds in the order of ranks, whoever came last: the same sum on any number of threads.
void ModelPoints::finish(std::size_t index, const std::vector<std::optional<Part>>& parts) {
  std::vector<double> sums(problem_->start.size(), 0);
  std::vector<std::int32_t> counts(sums.size(), 0);
  for (const std::optional<Part>& part : parts) {
    if (!part) continue;
    for (const auto& [first, end] : part->ranges) {
      for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i) {
        sums[i] += part->model[i];
        ++counts[i];
      }
    }
  }
  std::vector<float> model = problem_->start;
  for (std::size_t i = 0; i < model.size(); ++i)
    if (counts[i] > 0) model[i] = static_cast<float>(sums[i] / counts[i]);
  qualities_[index] = evaluate(*problem_, model);
  if (index + 1 == points_.size()) last_model_ = std::move(model);
}

}  // namespace lockstep::models
