// Writes single events of the Trace Event Format, with times to the picosecond.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::reports {

// A thread of a process.
struct Track {
  std::int64_t process = 0;
  std::int64_t thread = 0;
};

class TraceEvents {
 public:
  // Names for people; processes and threads stand in the order of their numbers.
  void name_process(std::int64_t process, std::string_view name);
  void name_thread(const Track& track, std::string_view name);

  void slice(const Track& track, std::string_view name, Picoseconds begin, Picoseconds end,
             const scenarios::Json& arguments);
  // From a slice that begins then to one that ends then.
  void arrow(const Track& from, Picoseconds begin, const Track& to, Picoseconds end);
  void counter(std::int64_t process, std::string_view name, Picoseconds time, double value);

  // {"traceEvents": [...], ...}
  [[nodiscard]] std::string text(const scenarios::Json& other_data) const;

 private:
  void add(const std::string& event);
  void add_name(const char* what, const Track& track, std::string_view name);

  std::string events_;
  std::int64_t arrows_ = 0;
};

// Tracks for slices that may overlap: each goes on the first that is free, so that slices of one
// track never do. Slices come in order of their begin.
class FreeTracks {
 public:
  [[nodiscard]] std::size_t take(Picoseconds begin, Picoseconds end);

 private:
  std::vector<Picoseconds> free_at_;
};

}  // namespace lockstep::reports
