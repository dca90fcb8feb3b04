#include "reports/run_trace.hpp"

#include <fmt/format.h>

#include "reports/link_activity.hpp"
#include "reports/page_timeline.hpp"

namespace lockstep::reports {

using models::DeviceSpan;
using models::MessageSpan;
using models::Recording;

namespace {

constexpr std::size_t stretches = 500;
constexpr std::size_t most_links = 64;

// Threads of a rank: its iterations, its device, the engine beside it, what it receives and sends.
constexpr std::int64_t iteration_thread = 1;
constexpr std::int64_t device_thread = 2;
constexpr std::int64_t engine_thread = 3;
constexpr std::int64_t first_receiving = 10;
constexpr std::int64_t first_sending = 1'000'000;
// Threads of the whole run.
constexpr std::int64_t path_thread = 1;
constexpr std::int64_t first_note = 2;

std::string sender_name(const models::Setup& setup, models::Rank from) {
  if (from == models::several_ranks) return "several ranks";
  if (from == models::shared_memory_rank) return "the shared memory";
  return rank_name(setup, from);
}

std::string activity_name(const models::Activity& activity, const models::Setup& setup) {
  const std::string rank = rank_name(setup, activity.rank);
  switch (activity.kind) {
    case models::ActivityKind::endpoint:
      return "work on a message, " + rank;
    case models::ActivityKind::message:
      return fmt::format("message, {} to {}", rank, rank_name(setup, activity.to));
    case models::ActivityKind::shared_memory:
      return "shared memory, " + rank;
    default:  // the others are those of spans
      return fmt::format("{}, {}", span_name(static_cast<models::SpanKind>(activity.kind)), rank);
  }
}

}  // namespace

Track Endpoint::receives(TraceEvents& events, std::int64_t process, Picoseconds begin,
                         Picoseconds end) {
  return on(events, process, receiving_, first_receiving, "receives", begin, end);
}

Track Endpoint::sends(TraceEvents& events, std::int64_t process, Picoseconds begin,
                      Picoseconds end) {
  return on(events, process, sending_, first_sending, "sends", begin, end);
}

Track Endpoint::on(TraceEvents& events, std::int64_t process, Side& side, std::int64_t first,
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

RunTrace::RunTrace(TraceEvents& events, const Run& run, std::int64_t first)
    : events_(events),
      run_(run),
      first_(first),
      endpoints_(static_cast<std::size_t>(run.setup->ranks())) {}

void RunTrace::write(const Recording& kept, const std::vector<std::string>& notes) {
  for (std::size_t i = 0; i < notes.size(); ++i)
    events_.slice(thread(first_, first_note + static_cast<std::int64_t>(i), "joined"), notes[i], {},
                  run_.simulated->makespan);
  write_path();
  write_iterations(kept);
  for (const DeviceSpan& span : kept.device_spans()) write_device(span);
  for (const MessageSpan& message : kept.message_spans()) write_message(message);
  write_links();
  write_memory(kept);
  write_loss();
}

void RunTrace::name_process(std::int64_t process, const std::string& name) {
  if (processes_.insert(process).second)
    events_.name_process(process, fmt::format("{}, {}", run_.setup->label, name));
}

Track RunTrace::thread(std::int64_t process, std::int64_t number, std::string_view name) {
  if (threads_.emplace(process, number).second) {
    name_process(process,
                 process == first_
                     ? "the whole run"
                     : rank_name(*run_.setup, static_cast<models::Rank>(process - first_ - 1)));
    events_.name_thread({process, number}, name);
  }
  return {process, number};
}

void RunTrace::write_path() {
  if (!run_.critical_path) return;
  for (const models::PathStep& step : run_.critical_path->steps) {
    const models::Activity& activity = step.activity;
    if (activity.end == activity.begin) continue;
    Arguments arguments;
    if (activity.layer >= 0) arguments.add("layer", activity.layer);
    events_.slice(thread(first_, path_thread, "critical path"),
                  activity_name(activity, *run_.setup), activity.begin, activity.end, arguments);
  }
}

// From each begin to the next, the last to the run's end.
void RunTrace::write_iterations(const Recording& kept) {
  const auto stride = static_cast<std::int64_t>(kept.iteration_stride());
  for (models::Rank rank = 0; rank < run_.setup->ranks(); ++rank) {
    const std::vector<Picoseconds>& begins = kept.iterations()[static_cast<std::size_t>(rank)];
    for (std::size_t i = 0; i < begins.size(); ++i) {
      const std::int64_t number = static_cast<std::int64_t>(i) * stride + 1;
      const std::string name =
          stride == 1 ? fmt::format("iteration {}", number)
                      : fmt::format("iterations {} to {}", number, number + stride - 1);
      events_.slice(thread(process_of(rank), iteration_thread, "iterations"), name, begins[i],
                    i + 1 < begins.size() ? begins[i + 1] : run_.simulated->makespan);
    }
  }
}

void RunTrace::write_device(const DeviceSpan& span) {
  Arguments arguments;
  if (span.layer >= 0) arguments.add("layer", span.layer);
  if (span.micro_batch >= 0) arguments.add("micro_batch", span.micro_batch);
  if (span.operations > 1) arguments.add("joined_operations", span.operations);
  const bool on_engine = span.kind == models::SpanKind::reduce_on_engine;
  const Track track = on_engine ? thread(process_of(span.rank), engine_thread, "fold messages")
                                : thread(process_of(span.rank), device_thread, "compute");
  events_.slice(track, span_name(span.kind), span.begin, span.end, arguments);
}

void RunTrace::write_message(const MessageSpan& message) {
  const models::Setup& setup = *run_.setup;
  const std::string_view name = buffer_name(message.buffer);
  Arguments arguments;
  arguments.add("sender", sender_name(setup, message.from))
      .add("receiver", rank_name(setup, message.to))
      .add("bytes", message.bytes)
      .add("purpose", name);
  if (message.messages > 1) arguments.add("joined_messages", message.messages);
  const auto endpoint = [&](models::Rank rank) -> Endpoint& {
    name_process(process_of(rank), rank_name(setup, rank));
    return endpoints_[static_cast<std::size_t>(rank)];
  };
  const Track to =
      endpoint(message.to).receives(events_, process_of(message.to), message.begin, message.end);
  events_.slice(to, name, message.begin, message.end, arguments);
  if (message.from < 0) return;  // joined messages of several senders, or from the memory
  const Track from =
      endpoint(message.from).sends(events_, process_of(message.from), message.begin, message.end);
  events_.slice(from, name, message.begin, message.end, arguments);
  events_.arrow(from, message.begin, to, message.end);
}

void RunTrace::write_loss() {
  if (!run_.trained) return;
  name_process(first_, "the whole run");
  const models::LossCurve& curve = run_.trained->curve;
  for (std::size_t point = 0; point < curve.loss.size(); ++point) {
    const Picoseconds time = nearest_seconds(curve.time_s[point]);
    events_.counter(first_, "loss", time, curve.loss[point]);
    events_.counter(first_, "accuracy", time, curve.accuracy[point]);
  }
}

// What changes, for each rank; what does not, for the worker that needs most.
void RunTrace::write_memory(const Recording& kept) {
  if (kept.memory() == nullptr) return;
  const models::Memory& memory = run_.analytic.memory;
  name_process(first_, "the whole run");
  events_.counter(first_, "bytes of parameters, gradients and versions, on the fullest worker", {},
                  to_double(memory.parameters + memory.gradients + memory.versions));
  std::vector<models::HeldBytes> last(endpoints_.size());
  for (const models::MemorySample& sample : kept.memory()->samples()) {
    const std::int64_t process = process_of(sample.rank);
    models::HeldBytes& before = last[static_cast<std::size_t>(sample.rank)];
    const auto write = [&](std::string_view name, std::int64_t had, std::int64_t has) {
      if (has == had) return;
      name_process(process, rank_name(*run_.setup, sample.rank));
      events_.counter(process, name, sample.since, static_cast<double>(has));
    };
    write("bytes of activations held", before.activations, sample.held.activations);
    write("bytes of messages waiting or being folded", before.messages, sample.held.messages);
    before = sample.held;
  }
}

void RunTrace::write_links() {
  const topologies::Topology& topology = *run_.setup->cluster.topology;
  const Picoseconds makespan = run_.simulated->makespan;
  for (const LinkActivity& link :
       link_activities(*run_.setup, *run_.recording, makespan, stretches, most_links)) {
    name_process(first_, "the whole run");
    const auto& channel = topology.channels[static_cast<std::size_t>(link.channel)];
    const std::string name = fmt::format("utilization of {} to {}",
                                         topology.nodes[static_cast<std::size_t>(channel.from)],
                                         topology.nodes[static_cast<std::size_t>(channel.to)]);
    double last = -1;
    for (std::size_t i = 0; i < link.utilization.size(); ++i) {
      if (link.utilization[i] == last) continue;
      last = link.utilization[i];
      events_.counter(
          first_, name,
          ceil_scaled(makespan, static_cast<double>(i) / static_cast<double>(stretches)), last);
    }
  }
}

}  // namespace lockstep::reports
