// Writes what happened in one run as events of a trace.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "models/readers/simulate/recording.hpp"
#include "reports/report.hpp"
#include "reports/trace_events.hpp"

namespace lockstep::reports {

// A process that sends and receives, whose threads get names when they are first used.
class Endpoint {
 public:
  [[nodiscard]] Track receives(TraceEvents& events, std::int64_t process, Picoseconds begin,
                               Picoseconds end);
  [[nodiscard]] Track sends(TraceEvents& events, std::int64_t process, Picoseconds begin,
                            Picoseconds end);

 private:
  struct Side {
    FreeTracks free;
    std::size_t named = 0;
  };
  static Track on(TraceEvents& events, std::int64_t process, Side& side, std::int64_t first,
                  std::string_view what, Picoseconds begin, Picoseconds end);

  Side receiving_;
  Side sending_;
};

// The events of one run, whose processes are numbered from `first` on: one for the whole run, and
// one for each rank that does anything.
class RunTrace {
 public:
  RunTrace(TraceEvents& events, const Run& run, std::int64_t first);

  // `kept` is the part of the recording that there is room for; `notes` say what is joined.
  void write(const models::Recording& kept, const std::vector<std::string>& notes);

 private:
  [[nodiscard]] std::int64_t process_of(models::Rank rank) const { return first_ + 1 + rank; }
  // Returns a thread, named at its first use.
  Track thread(std::int64_t process, std::int64_t number, std::string_view name);
  void name_process(std::int64_t process, const std::string& name);
  void write_iterations(const models::Recording& kept);
  void write_path();
  void write_device(const models::DeviceSpan& span);
  void write_message(const models::MessageSpan& message);
  void write_loss();
  void write_links();
  void write_memory(const models::Recording& kept);

  TraceEvents& events_;
  const Run& run_;
  std::int64_t first_;
  std::set<std::int64_t> processes_;
  std::set<std::pair<std::int64_t, std::int64_t>> threads_;
  std::vector<Endpoint> endpoints_;
};

}  // namespace lockstep::reports
