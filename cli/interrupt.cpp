#include "cli/interrupt.hpp"

#include <semaphore.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <utility>

#include "cli/messages.hpp"
#include "cli/runs.hpp"
#include "cli/standard_output.hpp"

namespace lockstep::cli {

namespace {

constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> interrupted{false};
std::atomic<bool> ends_at_once{false};
std::atomic<std::int64_t> first_at_ms{0};
std::atomic<const char*> half_written{nullptr};
std::mutex limit_mutex;
std::string limit;  // that was passed
sem_t asked;        // posted once for each request
// Only lock-free atomics and what POSIX lists as safe may be used in a handler.
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

std::int64_t now_ms() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

[[noreturn]] void end_at_once() {
  if (const char* path = half_written.load(); path != nullptr) (void)unlink(path);
  constexpr std::string_view line = "lockstep: interrupted\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
  _exit(static_cast<int>(ExitCode::interrupted));
}

void handle(int signal) {
  if (ends_at_once.load()) end_at_once();
  const int error = errno;
  constexpr std::int64_t patience_ms = 1000;
  constexpr std::int64_t long_patience_ms = 5000;
  // Two requests may be handled on two threads at the same moment: one store tells which is first.
  const std::int64_t now = now_ms();
  std::int64_t first = 0;
  if (first_at_ms.compare_exchange_strong(first, now)) {
    interrupted.store(true);
    sem_post(&asked);
  } else if (now - first > (signal == SIGINT ? patience_ms : long_patience_ms)) {
    end_at_once();
  }
  errno = error;
}

// However often it comes, the program ends in order.
void handle_request(int /*signal*/) { interrupted.store(true); }

void install(void (*handler)(int), int signal) {
  struct sigaction before = {};
  sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // writes that are under way go on
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void end_when_interrupted() {
  sem_init(&asked, 0, 0);
  ends_at_once.store(true);
  for (const int signal : signals) install(handle, signal);
}

void catch_interrupts() {
  ends_at_once.store(false);
  install(handle_request, SIGUSR1);
}

const std::atomic<bool>& interrupt_flag() { return interrupted; }

void stop_everything() { interrupted.store(true); }

void end_for_limit(const std::string& reason) {
  {
    const std::lock_guard lock(limit_mutex);
    if (interrupted.exchange(true)) return;
    limit = reason;
  }
  sem_post(&asked);
}

std::string passed_limit() {
  const std::lock_guard lock(limit_mutex);
  return limit;
}

void set_half_written_file(const char* path) { half_written.store(path); }

void end_interrupted(std::string_view message) {
  complain(message);
  (void)finish_standard_output();
  _exit(static_cast<int>(ExitCode::interrupted));
}

Watchdog::Watchdog(std::function<void()> end) : end_(std::move(end)) {
  catch_interrupts();
  thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  sem_post(&asked);
  thread_.join();
}

void Watchdog::watch() {
  while (sem_wait(&asked) != 0) {
  }
  constexpr std::chrono::milliseconds grace(500);
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, grace, [this] { return over_; })) return;
  lock.unlock();
  end_();
}

}  // namespace lockstep::cli
