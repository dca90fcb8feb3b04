// A line on the terminal that shows how far a long run is, and vanishes at its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/base/picoseconds.hpp"

namespace lockstep::cli {

class ProgressBar {
 public:
  // Shows nothing if not `wanted` or if stderr is no terminal.
  explicit ProgressBar(bool wanted);
  ~ProgressBar() { erase(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Whether it shows anything at all.
  [[nodiscard]] bool shows() const { return shows_; }
  // Called when a run begins. `expected` is about how long it takes on the simulated clock; 0 if
  // nobody knows.
  void begin(const std::string& label, Picoseconds expected);
  // Called often; draws once the run has lasted for a second, then ten times a second, with how
  // much time is left by what has passed.
  void advance(Picoseconds now, std::uint64_t events);
  // Like the function above, for work that is not a run; `done` is the share that is done.
  void advance(double done);
  // Likewise, for work that consists of `total` alike parts.
  void advance(std::size_t done, std::size_t total);
  void erase();

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool is_due();
  [[nodiscard]] double elapsed_s() const;
  [[nodiscard]] std::string left(double share) const;
  void draw(const std::string& how_far) const;

  bool shows_;
  bool drawn_ = false;
  std::string label_;
  Picoseconds expected_;
  Clock::time_point began_;
  Clock::time_point next_draw_;
};

}  // namespace lockstep::cli
