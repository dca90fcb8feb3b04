#include "models/readers/numerics/dataflow_run.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

namespace {

class DataflowRun final : public Communicator {
 public:
  DataflowRun(const Problem& problem, const Order& order, ModelPoints* points,
              const DataflowOptions& options)
      : problem_(&problem),
        setup_(problem.setup),
        order_(&order),
        points_(points),
        options_(&options),
        stop_(options.stop) {
    const bool shares = setup_->algorithm->shared_memory;
    if (shares) shared_.parameters = problem.start;
    for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
      const auto index = static_cast<std::size_t>(rank);
      const RankOrder* prescribed = index < order.ranks.size() ? &order.ranks[index] : nullptr;
      ranks_.emplace_back(std::make_unique<RankRun>(
          problem, rank, *this, shares ? &shared_ : nullptr, prescribed, nullptr));
      if (index < options.checkpoint.size())
        ranks_.back()->numbers().restore(options.checkpoint[index]);
      inboxes_.emplace_back();
    }
  }

  DataflowResult run() {
    for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
      updated(rank, at(rank).numbers());
      wake(rank);
    }
    std::vector<std::thread> others;
    for (int thread = 1; thread < options_->threads; ++thread)
      others.emplace_back([this] { work(); });
    work();
    for (std::thread& other : others) other.join();
    return result();
  }

  void send(Rank to, const Message& message, std::vector<float> content) override {
    const std::lock_guard lock(mutex_);
    inbox(to).arrived.push_back({message, std::move(content)});
    wake_locked(to);
  }

  std::int64_t barriers_passed() override { return barriers_passed_.load(); }
  void arrive_at_barrier(Rank /*rank*/) override {
    const std::lock_guard lock(mutex_);
    if (++at_barrier_ < setup_->workers) return;
    at_barrier_ = 0;
    ++barriers_passed_;
    for (Rank rank = 0; rank < setup_->workers; ++rank) wake_locked(rank);
  }

  bool may_enter_shared(Rank rank) override {
    const std::lock_guard lock(mutex_);
    return shared_turn_ >= order_->shared.size() || order_->shared[shared_turn_] == rank;
  }
  void leave_shared(Rank /*rank*/) override {
    const std::lock_guard lock(mutex_);
    if (++shared_turn_ < order_->shared.size()) wake_locked(order_->shared[shared_turn_]);
  }

  void updated(Rank rank, RankNumbers& numbers) override {
    if (points_ != nullptr) points_->reached(rank, numbers);
    if (options_->updated) options_->updated();
  }

 private:
  struct Arrived {
    Message message;
    std::vector<float> content;
  };
  struct Inbox {
    std::vector<Arrived> arrived;
    bool queued = false;  // or running with something new
    bool running = false;
  };

  [[nodiscard]] RankRun& at(Rank rank) { return *ranks_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] Inbox& inbox(Rank rank) { return inboxes_[static_cast<std::size_t>(rank)]; }

  void wake(Rank rank) {
    const std::lock_guard lock(mutex_);
    wake_locked(rank);
  }
  void wake_locked(Rank rank) {
    if (std::exchange(inbox(rank).queued, true) || inbox(rank).running) return;
    ready_.push_back(rank);
    changed_.notify_one();
  }

  [[nodiscard]] bool stopped() const { return stop_ != nullptr && stop_->load(); }

  // Ends when nothing is ready and nobody runs: all have ended, or none can go on.
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !ready_.empty() || busy_ == 0; });
      if (ready_.empty() || stopped()) break;
      const Rank rank = ready_.front();
      ready_.pop_front();
      Inbox& mine = inbox(rank);
      mine.queued = false;
      mine.running = true;
      ++busy_;
      std::vector<Arrived> arrived = std::exchange(mine.arrived, {});
      lock.unlock();
      for (Arrived& one : arrived) at(rank).deliver(one.message, std::move(one.content));
      at(rank).advance(stop_);
      lock.lock();
      mine.running = false;
      --busy_;
      if (mine.queued) ready_.push_back(rank);
    }
    changed_.notify_all();
  }

  DataflowResult result() {
    DataflowResult result;
    result.finished = true;
    for (const auto& rank : ranks_) {
      RankNumbers& numbers = rank->numbers();
      if (!rank->ended()) {
        result.finished = false;
        result.waiting.push_back(rank->waits_for());
      } else if (std::string words = rank->departs_from_order(); !words.empty()) {
        result.departures.push_back(std::move(words));
      }
      for (const ComputeKind kind : compute_kinds) result.flops[kind] += numbers.flops()[kind];
      result.bytes += rank->bytes_sent();
      result.messages += rank->messages_sent();
      result.loss_sum += numbers.loss_sum();
      result.loss_samples += numbers.loss_samples();
      if (options_->keep_memory) result.memory.push_back(numbers.memory());
      if (!options_->keep_parameters) continue;
      const std::span<const float> model = numbers.model();
      result.parameters.emplace_back(model.begin(), model.end());
    }
    if (shared_turn_ != order_->shared.size() && !order_->ranks.empty())
      result.departures.push_back(
          fmt::format("the order records {} turns at the shared parameters, but the run made {}",
                      order_->shared.size(), shared_turn_));
    if (result.finished)
      result.model =
          final_model(*problem_, [this](Rank rank) -> RankNumbers& { return at(rank).numbers(); });
    return result;
  }

  const Problem* problem_;
  const Setup* setup_;
  const Order* order_;
  ModelPoints* points_;
  const DataflowOptions* options_;
  const std::atomic<bool>* stop_;
  SharedMemory shared_;
  std::vector<std::unique_ptr<RankRun>> ranks_;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<Rank> ready_;
  std::deque<Inbox> inboxes_;
  int busy_ = 0;
  int at_barrier_ = 0;
  std::atomic<std::int64_t> barriers_passed_ = 0;
  std::size_t shared_turn_ = 0;
};

}  // namespace

DataflowResult run_dataflow(const Problem& problem, const Order& order, ModelPoints* points,
                            const DataflowOptions& options) {
  return DataflowRun(problem, order, points, options).run();
}

}  // namespace lockstep::models
