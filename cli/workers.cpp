#include "cli/workers.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::cli {

Workers::Workers(std::size_t threads, std::size_t jobs, std::function<bool(std::size_t)> job)
    : jobs_(jobs), job_(std::move(job)) {
  for (std::size_t i = 0; i < std::min(threads, jobs); ++i)
    threads_.emplace_back([this] { work(); });
}

Workers::~Workers() { join(); }

void Workers::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Workers::work() {
  while (!enough_.load()) {
    const std::size_t job = next_.fetch_add(1);
    if (job >= jobs_) return;
    if (!job_(job)) enough_.store(true);
  }
}

}  // namespace lockstep::cli
