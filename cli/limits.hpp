// What a run may take: --max-memory, --max-events and --max-time of `run` and `train`. A run that
// passes a limit, or for which memory does not reach, ends the program with a line and exit code 3;
// what was finished is kept, as after an interruption.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "cli/command_line.hpp"
#include "cli/runs.hpp"
#include "runs/limits.hpp"

namespace lockstep::cli {

// Adds the three options.
void add_limit_options(options_description& options);
// Throws UsageError.
[[nodiscard]] Limits limits_of(const CommandLine& line);

// Keeps the limits from now on. There must be a `Watchdog`, which ends the program if need be; only
// one of these may exist at a time.
class LimitWatch {
 public:
  explicit LimitWatch(const Limits& limits);
  LimitWatch(const LimitWatch&) = delete;
  LimitWatch& operator=(const LimitWatch&) = delete;
  ~LimitWatch() { end(); }

  // Ends the watch: from here on, the reports that are written take what they need.
  void end();
  // Called as a simulation goes on.
  void events_so_far(std::uint64_t events) const;

 private:
  void watch_time(double seconds);

  Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread clock_;
};

// Called where memory ends, by `operator new`: while there is a `LimitWatch`, keeps what was
// finished; ends the program in any case.
[[noreturn]] void end_without_memory();

}  // namespace lockstep::cli
