#include "reports/trace_events.hpp"

#include <fmt/format.h>

namespace lockstep::reports {

using scenarios::Json;

namespace {

// JSON, whatever the text holds.
std::string json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Microseconds, as the format has them.
std::string microseconds(Picoseconds time) {
  constexpr std::int64_t ps_a_us = 1'000'000;
  return fmt::format("{}.{:06}", time.ps / ps_a_us, time.ps % ps_a_us);
}

}  // namespace

void TraceEvents::add(const std::string& event) {
  events_ += events_.empty() ? "\n" : ",\n";
  events_ += event;
}

void TraceEvents::add_name(const char* what, const Track& track, std::string_view name) {
  const std::int64_t order = std::string_view(what) == "process" ? track.process : track.thread;
  add(fmt::format(R"({{"ph":"M","name":"{}_name","pid":{},"tid":{},"args":{{"name":{}}}}})", what,
                  track.process, track.thread, json(name)));
  add(fmt::format(R"({{"ph":"M","name":"{}_sort_index","pid":{},"tid":{},)"
                  R"("args":{{"sort_index":{}}}}})",
                  what, track.process, track.thread, order));
}

void TraceEvents::name_process(std::int64_t process, std::string_view name) {
  add_name("process", {process, 0}, name);
}

void TraceEvents::name_thread(const Track& track, std::string_view name) {
  add_name("thread", track, name);
}

void TraceEvents::slice(const Track& track, std::string_view name, Picoseconds begin,
                        Picoseconds end, const Json& arguments) {
  add(fmt::format(R"({{"ph":"X","name":{},"pid":{},"tid":{},"ts":{},"dur":{},"args":{}}})",
                  json(name), track.process, track.thread, microseconds(begin),
                  microseconds(end - begin), json(arguments)));
}

void TraceEvents::arrow(const Track& from, Picoseconds begin, const Track& to, Picoseconds end) {
  constexpr const char* event =
      R"({{"ph":"{}","name":"message","cat":"message","id":{},"pid":{},"tid":{},"ts":{}{}}})";
  const std::int64_t id = ++arrows_;
  add(fmt::format(event, "s", id, from.process, from.thread, microseconds(begin), ""));
  add(fmt::format(event, "f", id, to.process, to.thread, microseconds(end), R"(,"bp":"e")"));
}

void TraceEvents::counter(std::int64_t process, std::string_view name, Picoseconds time,
                          double value) {
  add(fmt::format(R"({{"ph":"C","name":{},"pid":{},"ts":{},"args":{{"value":{}}}}})", json(name),
                  process, microseconds(time), json(value)));
}

std::string TraceEvents::text(const Json& other_data) const {
  return fmt::format(R"({{"displayTimeUnit":"ms","otherData":{},"traceEvents":[{}
]}}
)",
                     json(other_data), events_);
}

std::size_t FreeTracks::take(Picoseconds begin, Picoseconds end) {
  std::size_t track = 0;
  while (track < free_at_.size() && free_at_[track] > begin) ++track;
  if (track == free_at_.size()) free_at_.emplace_back();
  free_at_[track] = end;
  return track;
}

}  // namespace lockstep::reports
