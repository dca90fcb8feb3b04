#include "models/cost/pareto_search.hpp"

#include <algorithm>
#include <tuple>

#include "sim/base/check.hpp"

namespace lockstep::models {

bool dominates(const ParetoPoint& a, const ParetoPoint& b) {
  if (a.time_s > b.time_s || a.memory > b.memory) return false;
  return a.time_s < b.time_s || a.memory < b.memory ||
         std::tuple(a.hosts, a.number) < std::tuple(b.hosts, b.number);
}

std::vector<ParetoPoint> pareto_front(std::span<const ParetoPoint> points) {
  std::vector<ParetoPoint> sorted(points.begin(), points.end());
  std::ranges::sort(sorted, {}, [](const ParetoPoint& point) {
    return std::tuple(point.time_s, point.memory, point.hosts, point.number);
  });
  std::vector<ParetoPoint> front;
  for (const ParetoPoint& point : sorted)
    if (front.empty() || point.memory < front.back().memory) front.push_back(point);
  return front;
}

ParetoSearch::ParetoSearch(std::vector<ParetoCandidate> candidates)
    : order_(std::move(candidates)) {
  std::ranges::sort(order_, {}, [](const ParetoCandidate& each) {
    return std::tuple(each.guess_s, each.memory, each.number);
  });
}

bool ParetoSearch::is_pruned(const ParetoCandidate& candidate) const {
  if (candidate.certain.from == Certainty::none) return false;
  const auto front = fronts_.find(candidate.group);
  if (front == fronts_.end()) return false;
  const ParetoPoint best = {candidate.number, candidate.memory, candidate.certain.seconds,
                            candidate.hosts};
  return std::ranges::any_of(front->second,
                             [&](const ParetoPoint& point) { return dominates(point, best); });
}

std::vector<std::size_t> ParetoSearch::next(std::size_t most) {
  std::vector<std::size_t> numbers;
  for (; next_ < order_.size() && numbers.size() < most; ++next_) {
    const ParetoCandidate& candidate = order_[next_];
    if (is_pruned(candidate)) {
      ++pruned_[static_cast<std::size_t>(candidate.certain.from)];
      continue;
    }
    told_of_.emplace(candidate.number, &candidate);
    numbers.push_back(candidate.number);
  }
  return numbers;
}

void ParetoSearch::simulated(std::size_t number, double time_s) {
  const auto found = told_of_.find(number);
  check(found != told_of_.end(), "candidate {} was never to be simulated", number);
  const ParetoPoint point = {number, found->second->memory, time_s, found->second->hosts};
  points_.push_back(point);
  std::vector<ParetoPoint>& front = fronts_[found->second->group];
  front.push_back(point);
  front = pareto_front(front);
}

std::vector<ParetoPoint> ParetoSearch::fronts_of_groups() const {
  std::vector<ParetoPoint> all;
  for (const auto& [group, front] : fronts_) all.insert(all.end(), front.begin(), front.end());
  return all;
}

}  // namespace lockstep::models
