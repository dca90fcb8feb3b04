// One thread a rank; a message is a queue's entry.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/readers/execute/execute.hpp"
#include "models/readers/execute/rank_result.hpp"
#include "models/readers/execute/system.hpp"

namespace lockstep::models {

namespace {

using Clock = RankTimes::Clock;

class ThreadsRun final : public Communicator {
 public:
  ThreadsRun(const Problem& problem, const Order* replay, const std::atomic<bool>* stop,
             std::atomic<std::size_t>* begun)
      : problem_(&problem), stop_(stop), begun_(begun) {
    const Setup& setup = *problem.setup;
    const bool shares = setup.algorithm->shared_memory;
    if (shares) shared_.parameters = problem.start;
    for (Rank rank = 0; rank < setup.ranks(); ++rank) {
      const auto index = static_cast<std::size_t>(rank);
      const bool prescribes = replay != nullptr && index < replay->ranks.size();
      ranks_.push_back(std::make_unique<Post>());
      ranks_.back()->run = std::make_unique<RankRun>(
          problem, rank, *this, shares ? &shared_ : nullptr,
          prescribes ? &replay->ranks[index] : nullptr, &ranks_.back()->order);
    }
  }

  Executed run() {
    std::vector<std::thread> threads;
    for (const auto& post : ranks_) threads.emplace_back([this, &post] { work(*post); });
    for (std::thread& thread : threads) thread.join();
    std::vector<RankResult> results;
    for (const auto& post : ranks_) results.push_back(std::move(post->result));
    return executed_of(*problem_, std::move(results), [this](Rank rank) -> RankNumbers& {
      return ranks_[static_cast<std::size_t>(rank)]->run->numbers();
    });
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
  void between_operations(RankRun& run) override {
    if (begun_ != nullptr && run.rank() == 0)
      begun_->store(run.times().iterations.size(), std::memory_order_relaxed);
    Post& post = *ranks_[static_cast<std::size_t>(run.rank())];
    std::vector<std::pair<Message, std::vector<float>>> arrived;
    {
      const std::lock_guard lock(post.mutex);
      arrived = std::exchange(post.arrived, {});
    }
    deliver(arrived, run);
  }

 private:
  // A rank with what has come for it.
  struct Post {
    std::unique_ptr<RankRun> run;
    std::mutex mutex;  // guards the two below
    std::vector<std::pair<Message, std::vector<float>>> arrived;
    bool poked = true;
    std::condition_variable changed;
    RankOrder order;
    RankResult result;
  };

  static void deliver(std::vector<std::pair<Message, std::vector<float>>>& arrived, RankRun& run) {
    for (auto& [message, content] : arrived) run.deliver(message, std::move(content));
  }

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
    keep_on_core(problem_->setup->host_of(post.run->rank()));
    const Clock::time_point begin = Clock::now();
    double wait_s = 0;
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
      wait_s += seconds_since(idle);
      deliver(arrived, *post.run);
      post.run->advance(stop_);
    }
    post.result = rank_result(*post.run, begin, wait_s, std::move(post.order));
  }

  const Problem* problem_;
  const std::atomic<bool>* stop_;
  std::atomic<std::size_t>* begun_;  // iterations, by rank 0; null if nobody asks
  SharedMemory shared_;
  std::vector<std::unique_ptr<Post>> ranks_;
  std::mutex barrier_mutex_;
  int at_barrier_ = 0;
  std::atomic<std::int64_t> barriers_passed_ = 0;
};

}  // namespace

Executed execute_on_threads(const Problem& problem, const Order* replay,
                            const std::atomic<bool>* stop, std::atomic<std::size_t>* begun) {
  keep_freed_memory();
  return ThreadsRun(problem, replay, stop, begun).run();
}

}  // namespace lockstep::models
