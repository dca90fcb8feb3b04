#include "cli/sweeping.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/named_files.hpp"
#include "cli/result_file.hpp"
#include "cli/standard_output.hpp"
#include "reports/html.hpp"
#include "reports/sweep_line.hpp"

namespace lockstep::cli {

using scenarios::Json;
using scenarios::SweptScenario;

namespace {

constexpr std::size_t most_points_listed = 20;  // of those that failed

}  // namespace

Shard shard_of(const CommandLine& line) {
  if (!line.has("shard")) return {};
  const std::string text = line.text("shard");
  std::size_t number = 0;
  std::size_t of = 0;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, number);
  bool good = read.ec == std::errc{} && read.ptr != end && *read.ptr == '/';
  if (good) {
    read = std::from_chars(read.ptr + 1, end, of);
    good = read.ec == std::errc{} && read.ptr == end && number >= 1 && number <= of;
  }
  if (!good)
    throw UsageError(
        fmt::format("--shard: must be i/n, such as 1/4, with i from 1 to n, found \"{}\"", text));
  return {number - 1, of};
}

ExitCode check_sweep_options(const CommandLine& line, bool writes) {
  const std::vector<NamedFile> files = output_files(line, {"output", "html"});
  (void)shard_of(line);
  if (line.has("resume") && line.text("output").empty())
    throw UsageError("--resume: needs -o FILE, whose lines it goes on from");
  return !writes || can_write(files.back().file) ? ExitCode::done : ExitCode::unfinished;
}

std::optional<SweptScenario> load_sweep(const CommandLine& line) {
  const std::string& file = line.operands().front();
  scenarios::LoadOptions options = line.load_options();
  options.axes = line.overrides("sweep");
  if (line.has("cost")) options.failures = scenarios::FailureUse::refused;
  auto swept = SweptScenario::load(file, options);
  if (!swept) {
    complain_of(file, swept.faults());
    return std::nullopt;
  }
  if (swept->sweep().axes().empty()) {
    complain_of(file, {{"/sweep", "missing; or give axes by --sweep /json/pointer=a,b,c"}});
    return std::nullopt;
  }
  if (!line.quiet()) warn_of(file, swept->whole().warnings);
  return std::move(*swept);
}

SweepPoints sweep_points(const CommandLine& line, const SweptScenario& swept) {
  const bool closed_forms_only = line.has("cost");
  return {.swept = &swept,
          .closed_forms_only = closed_forms_only,
          .identity = reports::sweep_identity(swept.whole().resolved, closed_forms_only),
          .control = {.stop = &interrupt_flag(), .progress = {}}};
}

Sweeping::Sweeping(const CommandLine& line, const SweptScenario& swept)
    : line_(&line),
      swept_(&swept),
      points_(sweep_points(line, swept)),
      digests_(swept.digests()),
      progress_bar_(!line.quiet()) {
  shows_table_ = output() != "-" && html() != "-";
}

ExitCode Sweeping::prepare() {
  std::vector<bool> done(static_cast<std::size_t>(swept_->sweep().points()));
  if (!output().empty()) {
    const std::string error = open(done);
    if (!error.empty()) {
      complain(fmt::format("{}: {}", output(), error));
      return ExitCode::bad_input;
    }
  }
  const Shard shard = shard_of(*line_);
  for (std::size_t point = shard.index; point < done.size(); point += shard.of)
    if (!done[point]) left_.push_back(point);
  progress_bar_.begin("sweep", {});
  return ExitCode::done;
}

// Returns what is wrong with the file, or an empty text.
std::string Sweeping::open(std::vector<bool>& done) {
  const bool resume = line_->has("resume");
  std::string error = file_.open(output(), resume);
  if (!error.empty() || !resume) return error;
  error = file_.read(points_.identity, done.size(), [&](const Json& line) {
    if (!holds(line)) return false;
    const auto point = line["point"].get<std::size_t>();
    if (!done[point]) take_in(line);
    done[point] = true;
    return true;
  });
  if (error.empty() && stale_ > 0) tell_stale();
  if (file_.was_cut_short())
    complain(fmt::format("{}: its last line was cut short; that point runs again", output()));
  return error;
}

// Whether the files that the line's point read are still the same.
bool Sweeping::holds(const Json& line) {
  const Json now = swept_->files_at(line["point"].get<std::size_t>(), digests_);
  const Json then = line.value("files", Json::object());
  if (now == then) return true;
  ++stale_;
  for (const auto& [name, digest] : now.items())
    if (!then.contains(name) || then[name] != digest) changed_files_.insert(name);
  return false;
}

void Sweeping::tell_stale() const {
  constexpr std::size_t most_listed = 5;
  std::string names;
  std::size_t listed = 0;
  for (const std::string& name : changed_files_)
    if (++listed <= most_listed) names += (names.empty() ? "" : ", ") + name;
  if (listed > most_listed) names += fmt::format(" and {} more", listed - most_listed);
  complain(fmt::format("{}: {} of its lines are not of what is in {} now; their points run again",
                       output(), stale_, names));
}

// A line that is in the file.
void Sweeping::take_in(const Json& line) {
  ++done_;
  rows_.push_back(reports::sweep_row(line));
  if (!html().empty()) lines_.push_back(line);
  if (!reports::sweep_line_error(line).empty()) ++failed_;
}

bool Sweeping::take(const Json& line) {
  const std::string text = reports::line_text(line);
  const std::lock_guard lock(mutex_);
  if (!write(text)) return false;
  ++finished_;
  take_in(line);
  complain_of_point(line);
  changed_.notify_one();
  return true;
}

bool Sweeping::write(const std::string& text) {
  if (output().empty()) return true;
  error_ = file_.write(text);
  return error_ == 0;
}

void Sweeping::complain_of_point(const Json& line) {
  const std::string error = reports::sweep_line_error(line);
  if (error.empty() || ++complaints_ > most_points_listed) return;
  progress_bar_.erase();
  complain(fmt::format("{}: at {}: {}", line_->operands().front(),
                       swept_->sweep().label(line["point"].get<std::size_t>()), error));
}

bool Sweeping::wait_for_line() {
  std::unique_lock lock(mutex_);
  const auto goes_on = [&] {
    return finished_ < left_.size() && error_ == 0 && !interrupt_flag().load();
  };
  if (!goes_on()) return false;
  changed_.wait_for(lock, std::chrono::milliseconds(100));
  progress_bar_.advance(finished_, left_.size());
  return goes_on();
}

void Sweeping::show_progress() {
  const std::lock_guard lock(mutex_);
  progress_bar_.advance(finished_, left_.size());
}

void Sweeping::stop_interrupted() {
  mutex_.lock();
  if (isatty(STDERR_FILENO) == 1) std::fputs("\r\x1b[K", stderr);
  tell_interrupted();
  (void)finish_standard_output();
}

void Sweeping::tell_interrupted() const {
  complain(fmt::format("interrupted; {} of {} points are done{}", done_,
                       done_ + left_.size() - finished_,
                       output().empty() || output() == "-" ? "" : "; --resume finishes the rest"));
}

ExitCode Sweeping::conclude() {
  const std::lock_guard lock(mutex_);
  progress_bar_.erase();
  if (error_ != 0 && error_ != EPIPE) {
    complain(fmt::format("{}: cannot be written: {}", output(), std::strerror(error_)));
    return ExitCode::unfinished;
  }
  if (shows_table_) {
    constexpr std::size_t most_rows = 200;
    print(reports::sweep_table(swept_->sweep(), std::move(rows_), most_rows,
                               standard_output_style()));
  }
  if (!html().empty() &&
      !write_result(html(), reports::sweep_html_text(swept_->sweep(), swept_->document(),
                                                     points_.identity, std::move(lines_))))
    return ExitCode::unfinished;
  if (interrupt_flag().load() && finished_ < left_.size()) {
    tell_interrupted();
    return ExitCode::interrupted;
  }
  if (failed_ == 0) return ExitCode::done;
  std::string rest = output().empty() ? "" : "; their lines have an \"error\"";
  if (complaints_ > most_points_listed)
    rest = fmt::format("; the first {} are listed{}", most_points_listed,
                       output().empty() ? ", and -o FILE writes why each did" : rest);
  complain(fmt::format("{} of {} points failed{}", failed_, done_, rest));
  return ExitCode::check_failed;
}

}  // namespace lockstep::cli
