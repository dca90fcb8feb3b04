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

// What an event says beside its name and times: a JSON object, written piece by piece.
class Arguments {
 public:
  Arguments& add(std::string_view key, std::int64_t value);
  Arguments& add(std::string_view key, std::string_view value);
  [[nodiscard]] std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

class TraceEvents {
 public:
  // Give processes and threads names for people; both stand in the order of their numbers.
  void name_process(std::int64_t process, std::string_view name);
  void name_thread(const Track& track, std::string_view name);

  void slice(const Track& track, std::string_view name, Picoseconds begin, Picoseconds end,
             const Arguments& arguments = {});
  // Draws an arrow from the slice of `from` that begins at `begin` to the slice of `to` that ends
  // at `end`.
  void arrow(const Track& from, Picoseconds begin, const Track& to, Picoseconds end);
  void counter(std::int64_t process, std::string_view name, Picoseconds time, double value);

  // Returns the whole trace, {"traceEvents": [...], ...}, and leaves nothing: it may be large.
  [[nodiscard]] std::string text(const scenarios::Json& other_data) &&;

 private:
  // Begins an event after those that are there.
  void begin_event();
  void add_name(const char* what, const Track& track, std::string_view name);

  std::string text_ = R"({"displayTimeUnit":"ms","traceEvents":[)";
  bool is_empty_ = true;
  std::int64_t arrows_ = 0;
};

// Finds tracks for slices that may overlap: each slice goes on the first free track, so that slices
// of one track never overlap. Slices come in order of their begin.
class FreeTracks {
 public:
  [[nodiscard]] std::size_t take(Picoseconds begin, Picoseconds end);

 private:
  std::vector<Picoseconds> free_at_;
};

}  // namespace lockstep::reports
