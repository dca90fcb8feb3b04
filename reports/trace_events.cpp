#include "reports/trace_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace lockstep::reports {

using scenarios::Json;

namespace {

// JSON, whatever the text holds. Most names are plain, and need no more than quotes.
std::string json(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return fmt::format("\"{}\"", text);
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Microseconds, as the format has them.
struct Microseconds {
  explicit Microseconds(Picoseconds time) : whole(time.ps / ps_a_us), rest(time.ps % ps_a_us) {}
  static constexpr std::int64_t ps_a_us = 1'000'000;
  std::int64_t whole;
  std::int64_t rest;
};

}  // namespace

Arguments& Arguments::add(std::string_view key, std::int64_t value) {
  fmt::format_to(std::back_inserter(members_), R"({}"{}":{})", members_.empty() ? "" : ",", key,
                 value);
  return *this;
}

Arguments& Arguments::add(std::string_view key, std::string_view value) {
  fmt::format_to(std::back_inserter(members_), R"({}"{}":{})", members_.empty() ? "" : ",", key,
                 json(value));
  return *this;
}

void TraceEvents::begin_event() { text_ += std::exchange(is_empty_, false) ? "\n" : ",\n"; }

void TraceEvents::add_name(const char* what, const Track& track, std::string_view name) {
  const std::int64_t order = std::string_view(what) == "process" ? track.process : track.thread;
  begin_event();
  fmt::format_to(std::back_inserter(text_),
                 R"({{"ph":"M","name":"{}_name","pid":{},"tid":{},"args":{{"name":{}}}}})", what,
                 track.process, track.thread, json(name));
  begin_event();
  fmt::format_to(std::back_inserter(text_),
                 R"({{"ph":"M","name":"{}_sort_index","pid":{},"tid":{},)"
                 R"("args":{{"sort_index":{}}}}})",
                 what, track.process, track.thread, order);
}

void TraceEvents::name_process(std::int64_t process, std::string_view name) {
  add_name("process", {process, 0}, name);
}

void TraceEvents::name_thread(const Track& track, std::string_view name) {
  add_name("thread", track, name);
}

void TraceEvents::slice(const Track& track, std::string_view name, Picoseconds begin,
                        Picoseconds end, const Arguments& arguments) {
  const Microseconds from(begin);
  const Microseconds length(end - begin);
  begin_event();
  fmt::format_to(
      std::back_inserter(text_),
      R"({{"ph":"X","name":{},"pid":{},"tid":{},"ts":{}.{:06},"dur":{}.{:06},"args":{}}})",
      json(name), track.process, track.thread, from.whole, from.rest, length.whole, length.rest,
      arguments.text());
}

void TraceEvents::arrow(const Track& from, Picoseconds begin, const Track& to, Picoseconds end) {
  constexpr const char* event =
      R"({{"ph":"{}","name":"message","cat":"message","id":{},"pid":{},"tid":{},"ts":{}.{:06}{}}})";
  const std::int64_t id = ++arrows_;
  const Microseconds sent(begin);
  const Microseconds arrives(end);
  begin_event();
  fmt::format_to(std::back_inserter(text_), event, "s", id, from.process, from.thread, sent.whole,
                 sent.rest, "");
  begin_event();
  fmt::format_to(std::back_inserter(text_), event, "f", id, to.process, to.thread, arrives.whole,
                 arrives.rest, R"(,"bp":"e")");
}

void TraceEvents::counter(std::int64_t process, std::string_view name, Picoseconds time,
                          double value) {
  const Microseconds at(time);
  begin_event();
  fmt::format_to(std::back_inserter(text_),
                 R"({{"ph":"C","name":{},"pid":{},"ts":{}.{:06},"args":{{"value":{}}}}})",
                 json(name), process, at.whole, at.rest, Json(value).dump());
}

std::string TraceEvents::text(const Json& other_data) && {
  text_ += "\n],\"otherData\":";
  text_ += other_data.dump(-1, ' ', false, Json::error_handler_t::replace);
  text_ += "}\n";
  return std::move(text_);
}

std::size_t FreeTracks::take(Picoseconds begin, Picoseconds end) {
  std::size_t track = 0;
  while (track < free_at_.size() && free_at_[track] > begin) ++track;
  if (track == free_at_.size()) free_at_.emplace_back();
  free_at_[track] = end;
  return track;
}

}  // namespace lockstep::reports
