#include "reports/packed_timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "reports/packed_integers.hpp"

namespace lockstep::reports {

using models::DeviceSpan;
using models::MessageSpan;
using models::Recording;
using models::SpanKind;

namespace {

// Rows of numbers, a list for each rank.
template <std::size_t columns>
class Table {
 public:
  using Row = std::array<std::int64_t, columns>;

  explicit Table(std::size_t ranks) : rows_(ranks) {}
  void add(std::size_t rank, const Row& row) { rows_[rank].push_back(row); }
  void pack(PackedIntegers& packed) const {
    for (const std::vector<Row>& rows : rows_) packed.add(std::ssize(rows));
    for (std::size_t column = 0; column < columns; ++column)
      for (const std::vector<Row>& rows : rows_)
        for (const Row& row : rows) packed.add(row[column]);
  }

 private:
  std::vector<std::vector<Row>> rows_;
};

std::size_t place_of(models::Rank rank) { return static_cast<std::size_t>(rank); }

// Returns by how much a value differs from the last of its rank.
class Differences {
 public:
  explicit Differences(std::size_t ranks) : last_(ranks) {}
  [[nodiscard]] std::int64_t next(std::size_t rank, std::int64_t value) {
    return value - std::exchange(last_[rank], value);
  }

 private:
  std::vector<std::int64_t> last_;
};

class Packing {
 public:
  Packing(std::int64_t tick_ps, std::size_t ranks) : tick_ps_(tick_ps), ranks_(ranks) {}

  void add_devices(const std::vector<DeviceSpan>& spans, bool of_engines) {
    Table<6> table(ranks_);
    Differences layers(ranks_);
    Differences micro_batches(ranks_);
    std::vector<std::int64_t> ends(ranks_);
    for (const DeviceSpan& span : spans) {
      if (of_engines != (span.kind == SpanKind::reduce_on_engine)) continue;
      const std::size_t rank = place_of(span.rank);
      const std::int64_t begin = ticks(span.begin);
      const std::int64_t end = ticks(span.end);
      table.add(rank, {begin - std::exchange(ends[rank], end), end - begin,
                       static_cast<std::int64_t>(span.kind), layers.next(rank, span.layer),
                       micro_batches.next(rank, span.micro_batch), span.operations});
    }
    table.pack(packed_);
  }

  void add_messages(const Recording& recording) {
    Table<6> table(ranks_);
    Differences begins(ranks_);
    Differences bytes(ranks_);
    for (const MessageSpan& span : recording.message_spans()) {
      const std::size_t rank = place_of(span.to);
      const std::int64_t begin = ticks(span.begin);
      table.add(rank, {begins.next(rank, begin), ticks(span.end) - begin, span.from,
                       bytes.next(rank, span.bytes), static_cast<std::int64_t>(span.buffer),
                       span.messages});
    }
    table.pack(packed_);
  }

  void add_iterations(const Recording& recording) {
    Table<1> table(ranks_);
    Differences begins(ranks_);
    for (std::size_t rank = 0; rank < ranks_; ++rank)
      for (const Picoseconds begin : recording.iterations()[rank])
        table.add(rank, {begins.next(rank, ticks(begin))});
    table.pack(packed_);
  }

  void add_links(const std::vector<LinkActivity>& links) {
    Table<1> table(links.size());
    Differences percents(links.size());
    for (std::size_t i = 0; i < links.size(); ++i)
      for (const double share : links[i].utilization)
        table.add(i, {percents.next(i, std::lround(100 * share))});
    table.pack(packed_);
  }

  void add_path(const std::optional<CriticalPath>& path, Picoseconds resolution) {
    Table<6> table(1);
    std::int64_t last_end = 0;
    models::Activity longest;  // of those joined
    Picoseconds begin;
    Picoseconds end;
    const auto flush = [&] {
      if (longest.end == longest.begin) return;
      const std::int64_t first = ticks(begin);
      const std::int64_t last = ticks(end);
      table.add(0,
                {first - std::exchange(last_end, last), last - first,
                 static_cast<std::int64_t>(longest.kind), longest.rank, longest.to, longest.layer});
      longest = {};
    };
    if (path) {
      for (const models::PathStep& step : path->steps) {
        const models::Activity& activity = step.activity;
        if (activity.end == activity.begin) continue;
        if (activity.end - begin > resolution) flush();
        if (longest.end == longest.begin) begin = activity.begin;
        if (activity.end - activity.begin > longest.end - longest.begin) longest = activity;
        end = activity.end;
      }
      flush();
    }
    table.pack(packed_);
  }

  [[nodiscard]] std::string text() const { return packed_.text(); }

 private:
  [[nodiscard]] std::int64_t ticks(Picoseconds time) const { return time.ps / tick_ps_; }

  std::int64_t tick_ps_;
  std::size_t ranks_;
  PackedIntegers packed_;
};

}  // namespace

std::string packed_timeline(const Run& run, const Recording& kept,
                            const std::vector<LinkActivity>& links, std::int64_t tick_ps,
                            std::size_t most_spans) {
  Packing packing(tick_ps, place_of(run.setup->ranks()));
  const std::vector<DeviceSpan> spans = kept.device_spans();
  packing.add_devices(spans, false);
  packing.add_devices(spans, true);
  packing.add_messages(kept);
  packing.add_iterations(kept);
  packing.add_links(links);
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(1, most_spans));
  const bool too_many = run.critical_path && run.critical_path->steps.size() > most_spans;
  packing.add_path(run.critical_path,
                   {too_many ? run.simulated->makespan.ps / most : std::int64_t{0}});
  return packing.text();
}

}  // namespace lockstep::reports
