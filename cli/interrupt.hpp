// Ctrl-C, and what else asks the program to end: SIGINT, SIGTERM, SIGHUP. Those that the caller
// ignores (nohup) stay ignored.
//
// While nothing is finished, the first of them ends the program at once. Later it asks: what is
// finished is shown and written. It may come several times for one request (`timeout` sends it to
// the program and to its group), so only a second Ctrl-C after a second, or any other signal after
// five, ends the program at once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace lockstep::cli {

// From now on these signals end the program with exit code 130, and a line that says so.
void end_when_interrupted();

// From now on they set the flag.
void catch_interrupts();

[[nodiscard]] const std::atomic<bool>& interrupt_flag();

// Which file is half-written right now: null for none; it is removed where the program ends at
// once. The text must stay until the next call.
void set_half_written_file(const char* path);

// Says `message`, and ends the program with exit code 130.
[[noreturn]] void end_interrupted(std::string_view message);

// Catches interrupts, and sees to it that the program ends soon after one, whatever it is busy
// with: calls `end` from another thread, half a second after the flag was set. One at a time.
class Watchdog {
 public:
  explicit Watchdog(std::function<void()> end);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  void watch();

  std::function<void()> end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;  // the program ends by itself
  std::thread thread_;
};

}  // namespace lockstep::cli
