#include "reports/chrome_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/fair_room.hpp"
#include "reports/run_trace.hpp"
#include "reports/version.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::Recording;

namespace {

// Raw flows, between nodes.
void write_flows(TraceEvents& events, const Report& report, std::int64_t first) {
  const auto& flows = report.scenario->traffic;
  std::vector<std::size_t> order(flows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::make_pair(flows[a].start, a) < std::make_pair(flows[b].start, b);
  });
  const auto& nodes = report.scenario->cluster.topology->nodes;
  std::vector<bool> used(nodes.size(), false);
  for (const topologies::RawFlow& flow : flows)
    used[static_cast<std::size_t>(flow.from)] = used[static_cast<std::size_t>(flow.to)] = true;
  for (std::size_t node = 0; node < nodes.size(); ++node)
    if (used[node]) events.name_process(first + static_cast<std::int64_t>(node), nodes[node]);
  std::vector<Endpoint> endpoints(nodes.size());
  for (const std::size_t i : order) {
    const topologies::RawFlow& flow = flows[i];
    const Picoseconds finish = report.traffic->finish[i];
    Arguments arguments;
    arguments.add("sender", nodes[static_cast<std::size_t>(flow.from)])
        .add("receiver", nodes[static_cast<std::size_t>(flow.to)])
        .add("bytes", flow.bytes);
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
std::vector<std::string> joined_in(const Recording& kept) {
  std::vector<std::string> notes;
  const auto note = [&](Picoseconds resolution, std::uint64_t all, const char* what,
                        std::size_t left, const char* where) {
    if (resolution.ps > 0)
      notes.push_back(fmt::format("{} {} are {} slices: those {} that begin within {} are joined",
                                  all, what, left, where, format_seconds(resolution.seconds())));
  };
  note(kept.device_resolution(), kept.operations(), "operations", kept.device_spans().size(),
       "of one kind on one device");
  note(kept.message_resolution(), kept.messages(), "messages", kept.message_spans().size(),
       "to one rank");
  if (kept.memory() != nullptr && kept.memory()->resolution().ps > 0)
    notes.push_back(fmt::format(
        "{} changes of memory are {}: of a rank and {} the most that it held, and the last",
        kept.memory()->all(), kept.memory()->samples().size(),
        format_seconds(kept.memory()->resolution().seconds())));
  return notes;
}

}  // namespace

ChromeTrace chrome_trace(const std::vector<Report>& reports, std::size_t most_spans) {
  const std::size_t room = room_for_spans(reports, most_spans);
  TraceEvents events;
  ChromeTrace trace;
  std::int64_t process = 1;
  for (const Report& report : reports) {
    if (report.traffic) {
      write_flows(events, report, process);
      process += static_cast<std::int64_t>(report.scenario->cluster.topology->nodes.size());
    }
    for (const Run& run : report.runs) {
      if (!run.recording || !run.simulated) continue;
      const Recording kept = run.recording->within(room);
      const std::vector<std::string> notes = joined_in(kept);
      RunTrace(events, run, process).write(kept, notes);
      for (const std::string& note : notes) trace.joined.push_back(run.setup->label + ": " + note);
      process += run.setup->ranks() + 1;
    }
  }
  trace.text = std::move(events).text(
      {{"program", fmt::format("lockstep {}", version)}, {"joined", trace.joined}});
  return trace;
}

}  // namespace lockstep::reports
