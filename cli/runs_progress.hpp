// The progress of several runs at once: the bar is that of the first one that is under way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "cli/progress_bar.hpp"

namespace lockstep::cli {

// Runs have numbers; each reports from a thread of its own.
class RunsProgress {
 public:
  explicit RunsProgress(bool wanted) : bar_(wanted) {}

  // A part of a run begins, as in `ProgressBar::begin`.
  void begin(std::size_t run, const std::string& label, Picoseconds expected);
  void advance(std::size_t run, Picoseconds now, std::uint64_t events);
  // Likewise, of work that consists of `all` alike parts.
  void advance(std::size_t run, std::size_t done, std::size_t all);
  void end(std::size_t run);
  // Makes room for a message.
  void erase();

 private:
  std::mutex mutex_;
  ProgressBar bar_;
  std::map<std::size_t, std::pair<std::string, Picoseconds>> under_way_;
};

}  // namespace lockstep::cli
