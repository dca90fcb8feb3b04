#include "cli/limits.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/runs.hpp"
#include "runs/available_memory.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::cli {

namespace {

// What is given back when memory ends, so that reports can be written.
constexpr std::size_t reserve_bytes = std::size_t{64} << 20U;
std::atomic<void*> reserve{nullptr};
std::atomic<bool> keeps_finished{false};
std::atomic<bool> memory_is_limited{false};

double quantity_of(const CommandLine& line, const char* option, Dimension dimension) {
  const std::string text = line.text(option);
  const auto read = parse_quantity(text, dimension);
  const double* value = std::get_if<double>(&read);
  if (value == nullptr || !(*value > 0) || !std::isfinite(*value))
    throw UsageError(fmt::format(
        "--{}: must be {}, found \"{}\"", option,
        dimension == Dimension::seconds ? "a time such as \"10 min\"" : "a size such as \"8 GiB\"",
        text));
  return *value;
}

std::uint64_t events_of(const std::string& text) {
  double number = 0;  // 1e9 is a number of events, too
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  constexpr double most = 1e18;
  if (error != std::errc{} || stop != end || !(number >= 1) || number > most ||
      number != std::floor(number))
    throw UsageError(
        fmt::format("--max-events: must be a whole number from 1 to 1e18, found \"{}\"", text));
  return static_cast<std::uint64_t>(number);
}

}  // namespace

void add_limit_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("max-memory", value<std::string>()->value_name("SIZE"),
       "end, keeping what was finished, rather than take more memory, such as \"8 GiB\"")  //
      ("max-events", value<std::string>()->value_name("N"),
       "end if one simulation takes more than N events, to the next 65536")  //
      ("max-time", value<std::string>()->value_name("TIME"),
       "end if all runs together take longer, such as \"10 min\"");
}

Limits limits_of(const CommandLine& line) {
  Limits limits;
  if (line.has("max-memory"))
    limits.memory_bytes = static_cast<std::uint64_t>(
        std::min(quantity_of(line, "max-memory", Dimension::bytes), 1e18));
  if (line.has("max-events")) limits.events = events_of(line.text("max-events"));
  if (line.has("max-time")) limits.time_s = quantity_of(line, "max-time", Dimension::seconds);
  return limits;
}

LimitWatch::LimitWatch(const Limits& limits) : limits_(limits) {
  if (limits.memory_bytes) limit_memory(*limits.memory_bytes);
  memory_is_limited = limits.memory_bytes.has_value();
  reserve = std::malloc(reserve_bytes);  // NOLINT(cppcoreguidelines-no-malloc): may fail
  keeps_finished = true;
  if (limits.time_s) clock_ = std::thread([this] { watch_time(*limits_.time_s); });
}

void LimitWatch::end() {
  keeps_finished = false;
  std::free(reserve.exchange(nullptr));  // NOLINT(cppcoreguidelines-no-malloc)
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  if (clock_.joinable()) clock_.join();
}

void LimitWatch::events_so_far(std::uint64_t events) const {
  if (limits_.events && events > *limits_.events)
    end_for_limit(fmt::format("passed the {} events of --max-events", *limits_.events));
}

void LimitWatch::watch_time(double seconds) {
  // A clock of nanoseconds in 64 bits holds 292 years.
  const std::chrono::duration<double> span(std::min(seconds, 1e9));
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, span, [this] { return over_; })) return;
  end_for_limit(fmt::format("passed the {} of --max-time", format_seconds(seconds)));
}

// The floors below know no exceptions: where memory ends, the program ends, from wherever it is.
// Nothing half-written can be left behind, as files are written when all memory has been taken.
void end_without_memory() {
  constexpr unsigned patience_s = 60;
  if (keeps_finished.exchange(false)) {
    std::free(reserve.exchange(nullptr));  // NOLINT(cppcoreguidelines-no-malloc)
    end_for_limit(memory_is_limited ? "passed the limit of --max-memory" : "out of memory");
    for (unsigned left = patience_s; left > 0;) left = sleep(left);  // the Watchdog ends it
  }
  constexpr std::string_view line = "lockstep: out of memory\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
  _exit(static_cast<int>(ExitCode::unfinished));
}

}  // namespace lockstep::cli
