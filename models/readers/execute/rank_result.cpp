#include "models/readers/execute/rank_result.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::models {

namespace {

std::vector<double> iterations_of(const RankTimes& times, RankTimes::Clock::time_point end) {
  std::vector<double> iterations_s;
  for (std::size_t i = 0; i < times.iterations.size(); ++i) {
    const auto next = i + 1 < times.iterations.size() ? times.iterations[i + 1] : end;
    iterations_s.push_back(std::chrono::duration<double>(next - times.iterations[i]).count());
  }
  return iterations_s;
}

void add_counts(const RankResult& rank, Executed& all) {
  for (const ComputeKind kind : compute_kinds) all.flops[kind] += rank.flops[kind];
  all.bytes += rank.bytes;
  all.messages += rank.messages;
}

void add_times(const RankResult& rank, Executed& all) {
  all.wall_s = std::max(all.wall_s, rank.use.wall_s);
  all.ranks.push_back(rank.use);
  all.iterations_s.insert(all.iterations_s.end(), rank.iterations_s.begin(),
                          rank.iterations_s.end());
}

double mean_loss(const std::vector<RankResult>& ranks) {
  double sum = 0;
  std::int64_t samples = 0;
  for (const RankResult& rank : ranks) {
    sum += rank.loss_sum;
    samples += rank.loss_samples;
  }
  return samples > 0 ? sum / static_cast<double>(samples) : 0;
}

}  // namespace

RankResult rank_result(RankRun& run, RankTimes::Clock::time_point begin, double wait_s,
                       RankOrder order) {
  RankResult result;
  result.ended = run.ended();
  const RankTimes& times = run.times();
  result.use = {.wall_s = seconds_since(begin),
                .compute_s = times.products_s + times.updates_s + times.folds_s,
                .products_s = times.products_s,
                .updates_s = times.updates_s,
                .folds_s = times.folds_s,
                .communication_s = times.communication_s,
                .wait_s = wait_s};
  result.iterations_s = iterations_of(run.times(), RankTimes::Clock::now());
  result.flops = run.numbers().flops();
  result.bytes = run.bytes_sent();
  result.messages = run.messages_sent();
  result.loss_sum = run.numbers().loss_sum();
  result.loss_samples = run.numbers().loss_samples();
  result.order = std::move(order);
  return result;
}

Executed executed_of(const Problem& problem, std::vector<RankResult> ranks,
                     const std::function<RankNumbers&(Rank)>& numbers_of) {
  Executed all;
  all.finished = true;
  for (const RankResult& rank : ranks) {
    all.finished = all.finished && rank.ended;
    add_counts(rank, all);
    add_times(rank, all);
  }
  std::sort(all.iterations_s.begin(), all.iterations_s.end());
  if (!all.finished) return all;
  all.training_loss = mean_loss(ranks);
  all.model = final_model(problem, numbers_of);
  for (RankResult& rank : ranks) all.order.ranks.push_back(std::move(rank.order));
  return all;
}

double Executed::quantile_s(double fraction) const {
  if (iterations_s.empty()) return 0;
  const auto last = static_cast<double>(iterations_s.size() - 1);
  return iterations_s[static_cast<std::size_t>(fraction * last + 0.5)];
}

std::string_view name_of(Transport transport) {
  switch (transport) {
    case Transport::threads:
      return "threads";
    case Transport::mpi:
      return "mpi";
  }
  return {};
}

}  // namespace lockstep::models
