#include "reports/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/link_activity.hpp"
#include "reports/page_timeline.hpp"
#include "reports/trace_events.hpp"
#include "reports/version.hpp"

namespace lockstep::reports {

using models::DeviceSpan;
using models::MessageSpan;
using models::Recording;
using scenarios::Json;

namespace {

constexpr std::size_t stretches = 500;
constexpr std::size_t most_links = 64;

// Threads of a process: its device, the engine beside it, what it receives, what it sends.
constexpr std::int64_t device_thread = 1;
constexpr std::int64_t engine_thread = 2;
constexpr std::int64_t first_receiving = 10;
constexpr std::int64_t first_sending = 1'000'000;

// A process that sends and receives, whose threads get names when they are first used.
class Endpoint {
 public:
  [[nodiscard]] Track receives(TraceEvents& events, std::int64_t process, Picoseconds begin,
                               Picoseconds end) {
    return on(events, process, receiving_, first_receiving, "receives", begin, end);
  }
  [[nodiscard]] Track sends(TraceEvents& events, std::int64_t process, Picoseconds begin,
                            Picoseconds end) {
    return on(events, process, sending_, first_sending, "sends", begin, end);
  }

 private:
  struct Side {
    FreeTracks free;
    std::size_t named = 0;
  };

  static Track on(TraceEvents& events, std::int64_t process, Side& side, std::int64_t first,
                  std::string_view what, Picoseconds begin, Picoseconds end) {
    const std::size_t place = side.free.take(begin, end);
    const Track track{process, first + static_cast<std::int64_t>(place)};
    if (place == side.named) {
      const std::string number = place == 0 ? "" : fmt::format(" {}", place + 1);
      events.name_thread(track, fmt::format("network, {}{}", what, number));
      ++side.named;
    }
    return track;
  }

  Side receiving_;
  Side sending_;
};

// The events of one run, whose processes are numbered from `first` on.
class RunTrace {
 public:
  RunTrace(TraceEvents& events, const Run& run, std::int64_t first)
      : events_(events), run_(run), first_(first) {}

  // `kept` is what there is room for.
  void write(const Recording& kept) {
    const models::Setup& setup = *run_.setup;
    for (models::Rank rank = 0; rank < setup.ranks(); ++rank) {
      events_.name_process(process_of(rank), setup.label + ", " + rank_name(setup, rank));
      events_.name_thread({process_of(rank), device_thread}, "compute");
      if (setup.has_engine(rank))
        events_.name_thread({process_of(rank), engine_thread}, "fold messages");
    }
    for (const DeviceSpan& span : kept.device_spans()) write_device(span);
    endpoints_.resize(static_cast<std::size_t>(setup.ranks()));
    for (const MessageSpan& message : kept.message_spans()) write_message(message);
    write_counters();
  }

 private:
  [[nodiscard]] std::int64_t process_of(models::Rank rank) const { return first_ + rank; }
  [[nodiscard]] Endpoint& endpoint(models::Rank rank) {
    return endpoints_[static_cast<std::size_t>(rank)];
  }

  void write_device(const DeviceSpan& span) {
    Json arguments = Json::object();
    if (span.layer >= 0) arguments["layer"] = span.layer;
    if (span.micro_batch >= 0) arguments["micro_batch"] = span.micro_batch;
    if (span.operations > 1) arguments["operations"] = span.operations;
    const bool on_engine = span.kind == models::SpanKind::reduce_on_engine;
    events_.slice({process_of(span.rank), on_engine ? engine_thread : device_thread},
                  span_name(span.kind), span.begin, span.end, arguments);
  }

  void write_message(const MessageSpan& message) {
    const std::string_view name = buffer_name(message.buffer);
    Json arguments = {{"bytes", message.bytes}};
    if (message.messages > 1) arguments["messages"] = message.messages;
    const Track to =
        endpoint(message.to).receives(events_, process_of(message.to), message.begin, message.end);
    events_.slice(to, name, message.begin, message.end, arguments);
    if (message.from < 0) return;  // joined messages of several senders, or from the memory
    const Track from =
        endpoint(message.from).sends(events_, process_of(message.from), message.begin, message.end);
    events_.slice(from, name, message.begin, message.end, arguments);
    events_.arrow(from, message.begin, to, message.end);
  }

  void write_counters() {
    const std::int64_t process = process_of(run_.setup->ranks());
    events_.name_process(process, run_.setup->label + ", links and loss");
    write_links(process);
    if (!run_.trained) return;
    const models::LossCurve& curve = run_.trained->curve;
    for (std::size_t point = 0; point < curve.loss.size(); ++point) {
      const Picoseconds time = nearest_seconds(curve.time_s[point]);
      events_.counter(process, "loss", time, curve.loss[point]);
      events_.counter(process, "accuracy", time, curve.accuracy[point]);
    }
  }

  void write_links(std::int64_t process) {
    const topologies::Topology& topology = *run_.setup->cluster.topology;
    const Picoseconds makespan = run_.simulated->makespan;
    for (const LinkActivity& link :
         link_activities(*run_.setup, *run_.recording, makespan, stretches, most_links)) {
      const auto& channel = topology.channels[static_cast<std::size_t>(link.channel)];
      const std::string name = fmt::format("utilization of {} to {}",
                                           topology.nodes[static_cast<std::size_t>(channel.from)],
                                           topology.nodes[static_cast<std::size_t>(channel.to)]);
      double last = -1;
      for (std::size_t i = 0; i < link.utilization.size(); ++i) {
        if (link.utilization[i] == last) continue;
        last = link.utilization[i];
        events_.counter(
            process, name,
            ceil_scaled(makespan, static_cast<double>(i) / static_cast<double>(stretches)), last);
      }
    }
  }

  TraceEvents& events_;
  const Run& run_;
  std::int64_t first_;
  std::vector<Endpoint> endpoints_;
};

// Raw flows, between nodes.
void write_flows(TraceEvents& events, const Report& report, std::int64_t first) {
  const auto& flows = report.scenario->traffic;
  std::vector<std::size_t> order(flows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::make_pair(flows[a].start, a) < std::make_pair(flows[b].start, b);
  });
  const auto& nodes = report.scenario->cluster.topology->nodes;
  for (std::size_t node = 0; node < nodes.size(); ++node)
    events.name_process(first + static_cast<std::int64_t>(node), nodes[node]);
  std::vector<Endpoint> endpoints(nodes.size());
  for (const std::size_t i : order) {
    const topologies::RawFlow& flow = flows[i];
    const Picoseconds finish = report.traffic->finish[i];
    const Json arguments = {{"bytes", flow.bytes}};
    const Track from = endpoints[static_cast<std::size_t>(flow.from)].sends(
        events, first + flow.from, flow.start, finish);
    const Track to = endpoints[static_cast<std::size_t>(flow.to)].receives(events, first + flow.to,
                                                                           flow.start, finish);
    events.slice(from, "flow", flow.start, finish, arguments);
    events.slice(to, "flow", flow.start, finish, arguments);
    events.arrow(from, flow.start, to, finish);
  }
}

// What was joined, if anything.
void note_joined(const Run& run, const Recording& kept, Json& notes) {
  if (kept.device_resolution().ps > 0)
    notes.push_back(fmt::format("{}: {} operations; those less than {} s apart are merged",
                                run.setup->label, kept.operations(),
                                kept.device_resolution().seconds()));
  if (kept.message_resolution().ps > 0)
    notes.push_back(fmt::format("{}: {} messages; those less than {} s apart are merged",
                                run.setup->label, kept.messages(),
                                kept.message_resolution().seconds()));
}

}  // namespace

std::string chrome_trace_text(const std::vector<Report>& reports, std::size_t most_spans) {
  std::size_t all_runs = 1;
  for (const Report& report : reports) all_runs += report.runs.size();
  TraceEvents events;
  Json notes = Json::array();
  std::int64_t process = 1;
  for (const Report& report : reports) {
    if (report.traffic) {
      write_flows(events, report, process);
      process += static_cast<std::int64_t>(report.scenario->cluster.topology->nodes.size());
    }
    for (const Run& run : report.runs) {
      if (!run.recording || !run.simulated) continue;
      const Recording kept = run.recording->within(most_spans / all_runs);
      RunTrace(events, run, process).write(kept);
      note_joined(run, kept, notes);
      process += run.setup->ranks() + 1;
    }
  }
  return events.text({{"program", fmt::format("lockstep {}", version)}, {"joined", notes}});
}

}  // namespace lockstep::reports
