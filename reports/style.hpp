// How a terminal, or a file in its place, shows text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lockstep::reports {

struct Style {
  bool bold_headings = false;  // escape sequences around headings: for terminals only
  bool colours = false;        // likewise, around what is best and around letters of timelines
  std::size_t columns = 80;    // no line is wider, but for a word that is
  enum class Charts : std::uint8_t { none, where_there_is_room, always };
  Charts charts = Charts::none;  // bars beside figures
};

// Returns `text` in bold, if the style has bold headings.
[[nodiscard]] std::string heading(const std::string& text, Style style);

// Returns lines that are the answer to what was asked, such as the fastest run's, to stand out.
[[nodiscard]] std::string answer(const std::string& lines, Style style);

}  // namespace lockstep::reports
