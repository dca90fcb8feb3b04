#include "cli/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::cli {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t label_columns = 24;
constexpr int bar_columns = 20;

std::string bar(double fraction) {
  const auto filled = static_cast<std::size_t>(fraction * bar_columns);
  return fmt::format("[{}{}] {:3.0f} %", std::string(filled, '#'),
                     std::string(bar_columns - filled, '.'), 100 * fraction);
}

// "40 s", "12 min", "3 h 20 min"
std::string time_left(double seconds) {
  const auto minutes = static_cast<std::int64_t>(seconds / 60);
  if (minutes < 2) return fmt::format("{:.0f} s", seconds);
  return minutes < 120 ? fmt::format("{} min", minutes)
                       : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

ProgressBar::ProgressBar(bool wanted) : shows_(wanted && isatty(STDERR_FILENO) == 1) {}

void ProgressBar::begin(const std::string& label, Picoseconds expected) {
  erase();
  label_ = reports::shorten(reports::printable(label), label_columns);
  expected_ = expected;
  began_ = Clock::now();
  next_draw_ = began_ + std::chrono::seconds(1);
}

bool ProgressBar::is_due() {
  if (!shows_ || Clock::now() < next_draw_) return false;
  next_draw_ = Clock::now() + milliseconds(100);
  drawn_ = true;
  return true;
}

double ProgressBar::elapsed_s() const {
  return std::chrono::duration<double>(Clock::now() - began_).count();
}

void ProgressBar::advance(Picoseconds now, std::uint64_t events) {
  if (!is_due()) return;
  const std::string time = format_seconds(now.seconds());
  if (expected_.ps > 0) {
    // An estimate may be too low: the run is over when it ends.
    const double share = std::min(0.99, now.seconds() / expected_.seconds());
    return draw(fmt::format("{}  simulated {}{}", bar(share), time, left(share)));
  }
  draw(fmt::format("{} events/s  simulated {}",
                   reports::prefixed(static_cast<double>(events) / elapsed_s()), time));
}

void ProgressBar::advance(double done) {
  if (is_due()) draw(bar(done) + left(done));
}

void ProgressBar::advance(std::size_t done, std::size_t total) {
  if (!is_due()) return;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  draw(fmt::format("{}  {} of {}{}", bar(share), done, total, left(share)));
}

// ", about 40 s left"
std::string ProgressBar::left(double share) const {
  if (!(share > 0)) return {};
  return fmt::format(", about {} left", time_left(elapsed_s() * (1 - share) / share));
}

void ProgressBar::draw(const std::string& how_far) const {
  fmt::print(stderr, "\r\x1b[K{}  {}", label_, how_far);
  std::fflush(stderr);
}

void ProgressBar::erase() {
  if (!drawn_) return;
  drawn_ = false;
  // Not fmt::print: this runs in a destructor, and a terminal that went away must not throw.
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace lockstep::cli
