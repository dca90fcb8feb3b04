// Handles Ctrl-C and the other signals that ask the program to end: SIGINT, SIGTERM, SIGHUP.
// Signals that the caller ignores (nohup) stay ignored.
//
// While nothing is finished, the first signal ends the program at once. Later, it is a request to
// end, and what is finished is shown and written. A signal may come several times for one request
// (`timeout` sends it to the program and to its group), so only a second Ctrl-C after a second, or
// any other signal after five, ends the program at once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace lockstep::cli {

// Makes these signals end the program with exit code 130, and a line that says so.
void end_when_interrupted();

// Makes these signals set the flag.
void catch_interrupts();

[[nodiscard]] const std::atomic<bool>& interrupt_flag();

// Sets the flag, so that everything that is going on stops.
void stop_everything();

// Sets the flag, as a signal does, because something has passed a limit: `reason` says what. May be
// called from any thread; only the first request to end counts.
void end_for_limit(const std::string& reason);
// Returns that reason; empty if it was a signal, or nothing yet.
[[nodiscard]] std::string passed_limit();

// Names the file that is half-written right now (null for none); it is removed if the program ends
// at once. The text must stay until the next call.
void set_half_written_file(const char* path);

// Prints `message` and ends the program with exit code 130.
[[noreturn]] void end_interrupted(std::string_view message);

// Catches interrupts and makes sure that the program ends soon after one, whatever it is busy with:
// calls `end` from another thread, half a second after the flag was set. Only one may exist at a
// time.
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
