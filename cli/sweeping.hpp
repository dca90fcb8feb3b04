// A sweep while it runs: which points are left, the file that their lines go to, and what is shown
// at the end. Who runs the points, threads or the processes of an MPI job, is not known here.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/progress_bar.hpp"
#include "cli/runs.hpp"
#include "cli/sweep_file.hpp"
#include "cli/sweep_point.hpp"
#include "reports/sweep_table.hpp"

namespace lockstep::cli {

// The part of the points that --shard chooses: those whose number leaves `index` over `of`.
struct Shard {
  std::size_t index = 0;
  std::size_t of = 1;
};

// Throws UsageError.
[[nodiscard]] Shard shard_of(const CommandLine& line);

// Checks what the options of a sweep say, and, if this process is the one that writes, whether the
// page can be written. Throws UsageError.
[[nodiscard]] ExitCode check_sweep_options(const CommandLine& line, bool writes);

// Loads the scenario that the command line names; its faults and warnings go to stderr.
[[nodiscard]] std::optional<scenarios::SweptScenario> load_sweep(const CommandLine& line);

// The points of the scenario as the command line wants them run.
[[nodiscard]] SweepPoints sweep_points(const CommandLine& line,
                                       const scenarios::SweptScenario& swept);

class Sweeping {
 public:
  Sweeping(const CommandLine& line, const scenarios::SweptScenario& swept);

  // Opens the file and finds out which points are left.
  [[nodiscard]] ExitCode prepare();
  [[nodiscard]] const SweepPoints& points() const { return points_; }
  [[nodiscard]] const std::vector<std::size_t>& left() const { return left_; }

  // Writes the line of a point that was left. Returns whether there is to be another: false if it
  // could not be written. Threads may call it at the same time.
  [[nodiscard]] bool take(const scenarios::Json& line);
  // Waits a moment for a line and draws the progress. Returns whether there is more to wait for:
  // false once all points are done, or the work stops.
  [[nodiscard]] bool wait_for_line();
  void show_progress();
  // Shows the table, writes the page, and says how the sweep ended. There must be no more lines.
  [[nodiscard]] ExitCode conclude();
  // Says that the sweep was interrupted. No line is being written, and none will be.
  void stop_interrupted();

 private:
  [[nodiscard]] std::string output() const { return line_->text("output"); }
  [[nodiscard]] std::string html() const { return line_->text("html"); }
  [[nodiscard]] std::string open(std::vector<bool>& done);
  [[nodiscard]] bool holds(const scenarios::Json& line);
  void tell_stale() const;
  [[nodiscard]] bool write(const std::string& text);
  void take_in(const scenarios::Json& line);
  void complain_of_point(const scenarios::Json& line);
  void tell_interrupted() const;

  const CommandLine* line_;
  const scenarios::SweptScenario* swept_;
  SweepPoints points_;
  SweepFile file_;
  bool shows_table_ = true;
  scenarios::FileDigests digests_;  // before anything runs
  std::size_t stale_ = 0;           // lines that do not hold any more
  std::set<std::string> changed_files_;
  std::vector<std::size_t> left_;  // points that are to be run
  std::mutex mutex_;               // guards all below, and the file
  std::condition_variable changed_;
  ProgressBar progress_bar_;
  std::vector<reports::SweepRow> rows_;
  std::vector<scenarios::Json> lines_;  // for a page
  std::size_t done_ = 0;                // with those that the file had
  std::size_t finished_ = 0;            // of those that were left
  std::size_t failed_ = 0;
  std::size_t complaints_ = 0;
  int error_ = 0;  // of writing: errno
};

}  // namespace lockstep::cli
