#include "cli/workers.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace lockstep::cli {

Workers::Workers(std::size_t threads, std::size_t jobs, std::function<bool(std::size_t)> job)
    : jobs_(jobs), job_(std::move(job)) {
  threads_.reserve(std::min(threads, jobs));
  try {
    while (threads_.size() < std::min(threads, jobs)) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // There is no room for another stack: those that are there do all jobs.
    if (threads_.empty()) throw;
  }
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
