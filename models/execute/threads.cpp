// One thread a rank; a message is a queue's entry.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "models/algorithm.hpp"
#include "models/execute/execute.hpp"
#include "models/numerics/rank_run.hpp"

namespace lockstep::models {

namespace {

using Clock = RankTimes::Clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

class ThreadsRun final : public Meeting {
 public:
  ThreadsRun(const Problem& problem, const Order* replay, const std::atomic<bool>* stop)
      : problem_(&problem), stop_(stop) {
    const Setup& setup = *problem.setup;
    const bool shares = setup.algorithm->shared_memory;
    if (shares) shared_.parameters = problem.start;
    order_.ranks.resize(static_cast<std::size_t>(setup.ranks()));
    for (Rank rank = 0; rank < setup.ranks(); ++rank) {
      const auto index = static_cast<std::size_t>(rank);
      const bool prescribes = replay != nullptr && index < replay->ranks.size();
      ranks_.push_back(std::make_unique<Post>());
      ranks_.back()->run = std::make_unique<RankRun>(
          problem, rank, *this, shares ? &shared_ : nullptr,
          prescribes ? &replay->ranks[index] : nullptr, &order_.ranks[index]);
    }
  }

  Executed run() {
    const Clock::time_point begin = Clock::now();
    std::vector<std::thread> threads;
    for (const auto& post : ranks_) threads.emplace_back([this, &post] { work(*post); });
    for (std::thread& thread : threads) thread.join();
    return result(seconds_since(begin));
  }

  void send(Rank to, const Message& message, std::vector<float> content) override {
    Post& post = *ranks_[static_cast<std::size_t>(to)];
    {
      const std::lock_guard lock(post.mutex);
      post.arrived.emplace_back(message, std::move(content));
    }
    post.changed.notify_one();
  }

  std::int64_t barriers_passed() override { return barriers_passed_.load(); }
  void arrive_at_barrier(Rank /*rank*/) override {
    {
      const std::lock_guard lock(barrier_mutex_);
      if (++at_barrier_ < problem_->setup->workers) return;
      at_barrier_ = 0;
      ++barriers_passed_;
    }
    for (const auto& post : ranks_) poke(*post);
  }

 private:
  // A rank with what has come for it.
  struct Post {
    std::unique_ptr<RankRun> run;
    std::mutex mutex;  // guards the two below
    std::vector<std::pair<Message, std::vector<float>>> arrived;
    bool poked = true;
    std::condition_variable changed;
    RankUse use;
  };

  static void poke(Post& post) {
    {
      const std::lock_guard lock(post.mutex);
      post.poked = true;
    }
    post.changed.notify_one();
  }

  [[nodiscard]] bool stopped() const { return stop_ != nullptr && stop_->load(); }

  void work(Post& post) {
    constexpr std::chrono::milliseconds between_looks(100);  // at the stop flag
    const Clock::time_point begin = Clock::now();
    while (!post.run->ended() && !stopped()) {
      const Clock::time_point idle = Clock::now();
      std::vector<std::pair<Message, std::vector<float>>> arrived;
      {
        std::unique_lock lock(post.mutex);
        post.changed.wait_for(lock, between_looks,
                              [&] { return post.poked || !post.arrived.empty(); });
        post.poked = false;
        arrived = std::exchange(post.arrived, {});
      }
      post.use.wait_s += seconds_since(idle);
      for (auto& [message, content] : arrived) post.run->deliver(message, std::move(content));
      post.run->advance();
    }
    post.use.wall_s = seconds_since(begin);
  }

  void add_iterations(const RankTimes& times, Clock::time_point end,
                      std::vector<double>& all) const {
    for (std::size_t i = 0; i < times.iterations.size(); ++i) {
      const Clock::time_point next =
          i + 1 < times.iterations.size() ? times.iterations[i + 1] : end;
      all.push_back(std::chrono::duration<double>(next - times.iterations[i]).count());
    }
  }

  Executed result(double wall_s) {
    Executed result;
    result.finished = true;
    result.wall_s = wall_s;
    const Clock::time_point end = Clock::now();
    double loss_sum = 0;
    std::int64_t loss_samples = 0;
    for (const auto& post : ranks_) {
      const RankRun& run = *post->run;
      RankNumbers& numbers = post->run->numbers();
      result.finished = result.finished && run.ended();
      for (const ComputeKind kind : compute_kinds) result.flops[kind] += numbers.flops()[kind];
      result.bytes += run.bytes_sent();
      result.messages += run.messages_sent();
      const RankTimes& times = run.times();
      post->use.products_s = times.products_s;
      post->use.updates_s = times.updates_s;
      post->use.folds_s = times.folds_s;
      post->use.compute_s = times.products_s + times.updates_s + times.folds_s;
      post->use.communication_s = times.communication_s;
      result.ranks.push_back(post->use);
      add_iterations(run.times(), end, result.iterations_s);
      loss_sum += numbers.loss_sum();
      loss_samples += numbers.loss_samples();
    }
    std::sort(result.iterations_s.begin(), result.iterations_s.end());
    if (!result.finished) return result;
    if (loss_samples > 0) result.training_loss = loss_sum / static_cast<double>(loss_samples);
    result.model = final_model(*problem_, [this](Rank rank) -> RankNumbers& {
      return ranks_[static_cast<std::size_t>(rank)]->run->numbers();
    });
    result.order = std::move(order_);
    return result;
  }

  const Problem* problem_;
  const std::atomic<bool>* stop_;
  SharedMemory shared_;
  Order order_;
  std::vector<std::unique_ptr<Post>> ranks_;
  std::mutex barrier_mutex_;
  int at_barrier_ = 0;
  std::atomic<std::int64_t> barriers_passed_ = 0;
};

}  // namespace

double Executed::quantile_s(double fraction) const {
  if (iterations_s.empty()) return 0;
  const auto last = static_cast<double>(iterations_s.size() - 1);
  return iterations_s[static_cast<std::size_t>(fraction * last + 0.5)];
}

namespace {

// Messages come and go by the thousand: what they free goes to the next ones, not back to the
// system, which would fetch and clear new pages every time.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int largest = 512 * 1024 * 1024;
  (void)mallopt(M_MMAP_THRESHOLD, largest);
  (void)mallopt(M_TRIM_THRESHOLD, largest);
#endif
}

}  // namespace

Executed execute_on_threads(const Problem& problem, const Order* replay,
                            const std::atomic<bool>* stop) {
  keep_freed_memory();
  return ThreadsRun(problem, replay, stop).run();
}

}  // namespace lockstep::models
