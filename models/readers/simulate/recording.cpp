#include "models/readers/simulate/recording.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace lockstep::models {

namespace {

Rank rank_of(const DeviceSpan& span) { return span.rank; }
Rank rank_of(const MessageSpan& span) { return span.to; }

template <class Span>
void sort_by_begin(std::vector<Span>& spans) {
  const auto key = [](const Span& span) {
    return std::make_tuple(span.begin, rank_of(span), span.end);
  };
  const auto is_before = [&](const Span& a, const Span& b) { return key(a) < key(b); };
  // They often are in order: those that `within` returns, and those of one rank. Ties stay as they
  // came, so that every library gives the same order.
  if (!std::is_sorted(spans.begin(), spans.end(), is_before))
    std::stable_sort(spans.begin(), spans.end(), is_before);
}

std::int64_t bucket_of(Picoseconds time, Picoseconds resolution) { return time.ps / resolution.ps; }

// A rank's device and its engine are grouped apart: they work at the same time.
std::size_t group_of(const DeviceSpan& span) {
  return 2 * static_cast<std::size_t>(span.rank) +
         (span.kind == SpanKind::reduce_on_engine ? 1 : 0);
}

std::size_t group_of(const MessageSpan& span) { return static_cast<std::size_t>(span.to); }

// Brings spans into an order in which those of each group begin one after the other, which is all
// that joining needs. They usually do already: sorting all of them would take most of the time.
template <class Span>
void order_groups(std::vector<Span>& spans) {
  std::vector<Picoseconds> last;
  for (const Span& span : spans) {
    const std::size_t group = group_of(span);
    if (last.size() <= group) last.resize(group + 1);
    if (span.begin < last[group]) return sort_by_begin(spans);
    last[group] = span.begin;
  }
}

// The spans of one group and bucket, a span a kind, in order of appearance.
struct DeviceGroup {
  std::int64_t bucket = -1;
  std::array<std::size_t, span_kinds> places{};
  std::size_t size = 0;
};

// One after another from the begin of the first: joined spans may have stood between others.
void close(DeviceGroup& group, std::vector<DeviceSpan>& spans) {
  for (std::size_t i = 1; i < group.size; ++i) {
    DeviceSpan& span = spans[group.places[i]];
    const Picoseconds length = span.end - span.begin;
    span.begin = spans[group.places[i - 1]].end;
    span.end = span.begin + length;
  }
  group = {};
}

void add(DeviceGroup& group, const DeviceSpan& span, std::vector<DeviceSpan>& spans) {
  for (std::size_t i = 0; i < group.size; ++i) {
    DeviceSpan& joined = spans[group.places[i]];
    if (joined.kind != span.kind) continue;
    joined.end += span.end - span.begin;
    joined.operations += span.operations;
    if (joined.layer != span.layer) joined.layer = -1;
    if (joined.micro_batch != span.micro_batch) joined.micro_batch = -1;
    return;
  }
  group.places[group.size++] = spans.size();
  spans.push_back(span);
}

std::vector<DeviceSpan> joined(const std::vector<DeviceSpan>& spans, Picoseconds resolution) {
  std::vector<DeviceSpan> result;
  result.reserve(spans.size());
  std::vector<DeviceGroup> groups;
  for (const DeviceSpan& span : spans) {
    const std::size_t place = group_of(span);
    if (groups.size() <= place) groups.resize(place + 1);
    DeviceGroup& group = groups[place];
    const std::int64_t bucket = bucket_of(span.begin, resolution);
    const bool is_long = span.end - span.begin > resolution;
    if (is_long || bucket != group.bucket) close(group, result);
    if (is_long) {
      result.push_back(span);
      continue;
    }
    group.bucket = bucket;
    add(group, span, result);
  }
  for (DeviceGroup& group : groups) close(group, result);
  return result;
}

std::vector<MessageSpan> joined(const std::vector<MessageSpan>& spans, Picoseconds resolution) {
  constexpr std::size_t none = ~std::size_t{0};
  std::vector<MessageSpan> result;
  result.reserve(spans.size());
  std::vector<std::size_t> last;  // by receiver: where its last message stands in `result`
  for (const MessageSpan& span : spans) {
    const auto rank = static_cast<std::size_t>(span.to);
    if (last.size() <= rank) last.resize(rank + 1, none);
    if (last[rank] == none ||
        bucket_of(result[last[rank]].begin, resolution) != bucket_of(span.begin, resolution)) {
      last[rank] = result.size();
      result.push_back(span);
      continue;
    }
    MessageSpan& joined = result[last[rank]];
    joined.end = std::max(joined.end, span.end);
    joined.bytes += span.bytes;
    joined.messages += span.messages;
    if (joined.from != span.from) joined.from = several_ranks;
  }
  return result;
}

// Joins until at most `left` spans are there, by resolutions each `factor` times the one before: at
// the latest when one resolution holds the whole run, a few spans a rank are left. It begins below
// the resolution at which busy ranks would have a span each in every one.
template <class Span>
void join(std::vector<Span>& spans, std::size_t left, double factor, int ranks,
          Picoseconds& resolution) {
  Picoseconds latest;
  for (const Span& span : spans) latest = std::max(latest, span.end);
  const auto spans_a_rank = static_cast<double>(left) / std::max(1, ranks / 4);
  const double least_ps = static_cast<double>(latest.ps) / spans_a_rank;
  resolution.ps = std::max({resolution.ps, std::int64_t{1}, static_cast<std::int64_t>(least_ps)});
  order_groups(spans);
  spans = joined(spans, resolution);
  while (spans.size() > left && resolution <= latest) {
    resolution = ceil_scaled(resolution, factor);
    order_groups(spans);
    spans = joined(spans, resolution);
  }
}

// Half of the room is made at once, so that a span costs O(1) amortised.
template <class Span>
void add_within(std::vector<Span>& spans, const Span& span, std::size_t most, int ranks,
                Picoseconds& resolution) {
  spans.push_back(span);
  if (spans.size() > most) join(spans, most / 2, 2, ranks, resolution);
}

template <class Span>
void fit(std::vector<Span>& spans, std::size_t most, int ranks, Picoseconds& resolution) {
  if (spans.size() > most) join(spans, most, 1.25, ranks, resolution);
}

}  // namespace

SpanKind span_kind(const Operation& operation, bool on_engine) {
  if (on_engine) return SpanKind::reduce_on_engine;
  switch (kind_of(operation)) {
    case OperationKind::compute:
      return static_cast<SpanKind>(std::get_if<Compute>(&operation)->kind);
    case OperationKind::update:
      return SpanKind::update;
    case OperationKind::transcode:
      return SpanKind::transcode;
    default:
      return SpanKind::reduce;
  }
}

void Recording::device_used(Rank rank, const Operation& operation, Picoseconds begin,
                            Picoseconds end, bool on_engine) {
  ++operations_;
  DeviceSpan span = {
      .begin = begin, .end = end, .rank = rank, .kind = span_kind(operation, on_engine)};
  if (const auto* compute = std::get_if<Compute>(&operation)) {
    span.layer = compute->layer;
    span.micro_batch = compute->micro_batch;
  }
  add_within(device_spans_, span, most_, ranks_, device_resolution_);
}

void Recording::message_arrived(const MessageSpan& message) {
  ++messages_;
  add_within(message_spans_, message, most_, ranks_, message_resolution_);
}

void Recording::iteration_begins(Rank rank, Picoseconds now) {
  const auto place = static_cast<std::size_t>(rank);
  if (iterations_begun_[place]++ % iteration_stride_ != 0) return;
  iterations_[place].push_back(now);
  ++iterations_kept_;
  thin_iterations(most_);
}

void Recording::thin_iterations(std::size_t most) {
  // The first of each rank always stays.
  while (iterations_kept_ > most && iterations_kept_ > iterations_.size()) {
    iteration_stride_ *= 2;
    iterations_kept_ = 0;
    for (std::vector<Picoseconds>& begins : iterations_) {
      for (std::size_t i = 0; 2 * i < begins.size(); ++i) begins[i] = begins[2 * i];
      begins.resize((begins.size() + 1) / 2);
      iterations_kept_ += begins.size();
    }
  }
}

std::vector<DeviceSpan> Recording::device_spans() const {
  std::vector<DeviceSpan> spans = device_spans_;
  sort_by_begin(spans);
  return spans;
}

std::vector<MessageSpan> Recording::message_spans() const {
  std::vector<MessageSpan> spans = message_spans_;
  sort_by_begin(spans);
  return spans;
}

Recording::Recording(std::size_t most, int ranks)
    : most_(std::max(most, least_a_rank * static_cast<std::size_t>(ranks))),
      ranks_(ranks),
      iterations_(static_cast<std::size_t>(ranks)),
      iterations_begun_(static_cast<std::size_t>(ranks)) {}

Recording Recording::within(std::size_t most) const {
  Recording result = *this;
  result.most_ = most = std::max(most, least_a_rank * static_cast<std::size_t>(ranks_));
  fit(result.device_spans_, most, ranks_, result.device_resolution_);
  fit(result.message_spans_, most, ranks_, result.message_resolution_);
  sort_by_begin(result.device_spans_);
  sort_by_begin(result.message_spans_);
  result.thin_iterations(most);
  if (result.memory_) result.memory_->fit(most);
  return result;
}

}  // namespace lockstep::models
