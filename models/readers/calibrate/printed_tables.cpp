#include "models/readers/calibrate/printed_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace lockstep::models {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

std::optional<double> number_of(std::string_view word) {
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

// The columns of nccl-tests: size, count, type, redop, root, time in us, algbw, busbw in GB/s, ...
struct NcclRow {
  double bytes;
  double us;
  double algbw;
  double busbw;
};

std::optional<NcclRow> nccl_row(std::string_view line) {
  const std::vector<std::string_view> words = words_of(line);
  if (words.size() < 8 || words[0].starts_with('#')) return std::nullopt;
  const auto size = number_of(words[0]);
  const auto count = number_of(words[1]);
  // Older versions have no column for the root.
  const std::size_t time = number_of(words[4]) && words.size() >= 9 ? 5 : 4;
  const auto us = number_of(words[time]);
  const auto algbw = number_of(words[time + 1]);
  const auto busbw = number_of(words[time + 2]);
  if (!size || !count || !us || !algbw || !busbw || number_of(words[2])) return std::nullopt;
  return NcclRow{*size, *us, *algbw, *busbw};
}

// The fit of t = a + b n with the least squares of (a + b n - t) / t; a is at least 0.
struct Line {
  double a = 0;
  double b = 0;
};

Line fit_line(const std::vector<PrintedTable::Row>& rows, bool through_origin) {
  double ww = 0;  // sums of weighted products, weights being 1 / t
  double wx = 0;
  double xx = 0;
  double w = 0;
  double x = 0;
  for (const PrintedTable::Row& row : rows) {
    const double one = 1 / row.seconds;
    const double scaled = row.bytes / row.seconds;
    ww += one * one;
    wx += one * scaled;
    xx += scaled * scaled;
    w += one;
    x += scaled;
  }
  const double determinant = ww * xx - wx * wx;
  if (through_origin || !(determinant > 0)) return {0, x / xx};
  const Line line = {(w * xx - x * wx) / determinant, (ww * x - wx * w) / determinant};
  return line.a >= 0 ? line : fit_line(rows, true);
}

}  // namespace

Result<PrintedTable> read_nccl_tests(std::string_view text) {
  PrintedTable table;
  table.benchmark = "nccl-tests";
  std::int64_t ranks = 0;
  double algbw = 0;
  double busbw = 0;
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() > 2 && words[0] == "#" && words[1] == "Rank") ++ranks;
    const auto row = nccl_row(line);
    if (!row || row->us <= 0) continue;
    table.rows.push_back({row->bytes, row->us * 1e-6});
    if (row->algbw >= algbw) {
      algbw = row->algbw;
      busbw = row->busbw;
    }
  }
  if (table.rows.empty())
    return Fault{"", "is no table of nccl-tests: no line has a size, a count, a type and a time"};
  if (!(algbw > 0) || !(busbw > 0))
    return Fault{"", "is a table of nccl-tests whose bandwidths are all 0"};
  const double share = busbw / algbw;
  // Where ranks are not listed, the share tells: 2 (P-1)/P of an allreduce, (P-1)/P of half of one.
  const bool is_allreduce = share > 1.01;
  const bool is_half = share < 0.99;
  if (ranks < 2)
    ranks = is_allreduce ? std::llround(2 / std::max(2 - share, 1e-3))
            : is_half    ? std::llround(1 / (1 - share))
                         : 2;
  const auto others = static_cast<double>(ranks - 1);
  table.ranks = ranks;
  // Printed bandwidths are rounded; the share of so many ranks is not.
  table.share = is_allreduce ? 2 * others / static_cast<double>(ranks)
                : is_half    ? others / static_cast<double>(ranks)
                             : 1;
  table.steps = is_allreduce ? 2 * others : is_half ? others : 1;
  return table;
}

Result<std::vector<PrintedTable>> read_osu(std::string_view text) {
  std::vector<PrintedTable> tables;
  std::string other;  // a test that says nothing about a link
  enum class Unit { none, latency_us, mb_per_s } unit = Unit::none;
  for (const std::string_view line : lines_of(text)) {
    if (line.find("OSU") != std::string_view::npos && line.find("Test") != std::string_view::npos) {
      const bool is_latency = line.find("MPI Latency") != std::string_view::npos ||
                              line.find("CUDA Latency") != std::string_view::npos;
      const bool is_bandwidth = line.find("Bandwidth") != std::string_view::npos &&
                                line.find("Bi-Directional") == std::string_view::npos;
      unit = is_latency ? Unit::latency_us : is_bandwidth ? Unit::mb_per_s : Unit::none;
      if (unit == Unit::none) {
        other = std::string(line.substr(line.find("OSU")));
        continue;
      }
      tables.push_back({});
      tables.back().benchmark = is_latency ? "OSU latency" : "OSU bandwidth";
      tables.back().tells_latency = is_latency;
      continue;
    }
    const std::vector<std::string_view> words = words_of(line);
    if (unit == Unit::none || words.size() < 2) continue;
    const auto size = number_of(words[0]);
    const auto value = number_of(words[1]);
    if (!size || !value || !(*value > 0)) continue;
    tables.back().rows.push_back(
        {*size, unit == Unit::latency_us ? *value * 1e-6 : *size / (*value * 1e6)});
  }
  std::erase_if(tables, [](const PrintedTable& table) { return table.rows.empty(); });
  if (!tables.empty()) return tables;
  if (!other.empty())
    return Fault{"",
                 fmt::format("is \"{}\"; only latency and bandwidth between two ranks tell what "
                             "a link does",
                             other)};
  return Fault{"", "is no table of the OSU latency or bandwidth tests"};
}

Result<FittedLink> fit_link(const PrintedTable& table) {
  std::vector<double> sizes;
  for (const PrintedTable::Row& row : table.rows) sizes.push_back(row.bytes);
  if (sizes.size() < 2 || std::ranges::max(sizes) <= std::ranges::min(sizes))
    return Fault{"", "needs at least two sizes for a fit"};
  std::vector<PrintedTable::Row> rows = table.rows;
  std::erase_if(rows, [](const PrintedTable::Row& row) { return row.seconds <= 0; });
  const Line line = fit_line(rows, !table.tells_latency);
  if (!(line.b > 0) || !std::isfinite(1 / line.b))
    return Fault{"", "has times that do not grow with the size: they tell no bandwidth"};
  FittedLink link = {.bytes_per_s = table.share / line.b, .latency_s = line.a / table.steps};
  for (const PrintedTable::Row& row : rows)
    link.worst =
        std::max(link.worst, std::abs(line.a + line.b * row.bytes - row.seconds) / row.seconds);
  return link;
}

}  // namespace lockstep::models
