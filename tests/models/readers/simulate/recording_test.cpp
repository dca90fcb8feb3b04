#include "models/readers/simulate/recording.hpp"

#include <doctest/doctest.h>

#include <map>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

constexpr std::int64_t us = 1'000'000;  // in picoseconds

Operation forward(std::int32_t layer) {
  return Compute{.kind = ComputeKind::forward, .layer = layer};
}

std::vector<std::int64_t> begins(const Recording& recording) {
  std::vector<std::int64_t> result;
  for (const DeviceSpan& span : recording.device_spans()) result.push_back(span.begin.ps);
  return result;
}

// Sums of the recorded time of each kind on each rank.
std::map<std::pair<Rank, SpanKind>, std::int64_t> busy(const Recording& recording) {
  std::map<std::pair<Rank, SpanKind>, std::int64_t> sums;
  for (const DeviceSpan& span : recording.device_spans())
    sums[{span.rank, span.kind}] += (span.end - span.begin).ps;
  return sums;
}

}  // namespace

TEST_CASE("recording: every use of a device and every message is there, with its times") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 2;
  const Setup setup = run.setup();
  Recording recording(1000, setup.ranks());
  const Simulated simulated = simulate(setup, {}, {.recording = &recording});
  // Each rank: 3 forward, 3 gradients by weights, 2 by inputs, 1 update; on its engine 1 fold.
  CHECK(recording.operations() == 20);
  CHECK(recording.device_spans().size() == 20);
  CHECK(recording.device_resolution() == Picoseconds{});
  CHECK(recording.messages() == 4);
  Count bytes = 0;
  for (const MessageSpan& message : recording.message_spans()) bytes += message.bytes;
  CHECK(bytes == simulated.bytes);
  std::int64_t compute_ps = 0;
  for (const auto& [what, sum] : busy(recording))
    if (what.second != SpanKind::reduce_on_engine) compute_ps += sum;
  CHECK(compute_ps == (simulated.workers[0].compute + simulated.workers[1].compute).ps);
  // A message of half the parameters, 3 (64 x 64 + 64) / 2 scalars of 4 bytes, at 1.25 GB/s after
  // twice 10 us.
  const MessageSpan first = recording.message_spans().front();
  CHECK(first.bytes == 24'960);
  CHECK((first.end - first.begin).ps == 20 * us + 24'960 * 800);
}

TEST_CASE("recording: begins of iterations, of which every other is left out when there are many") {
  Recording recording(100, 2);
  for (std::int64_t i = 0; i < 1000; ++i) {
    recording.iteration_begins(0, {i * us});
    if (i % 10 == 0) recording.iteration_begins(1, {i * us});
  }
  // 1,100 begins are at most 100 if only every 16th is kept: 63 and 7.
  CHECK(recording.iteration_stride() == 16);
  const auto& begins = recording.iterations();
  CHECK(begins[0].size() == 63);
  CHECK(begins[1].size() == 7);
  CHECK(begins[0][2].ps == 32 * us);
  CHECK(begins[1][2].ps == 320 * us);
  const Recording smaller = recording.within(64);
  CHECK(smaller.iteration_stride() == 32);
  CHECK(smaller.iterations()[0][2].ps == 64 * us);
  CHECK(smaller.iterations()[0].size() == 32);
}

TEST_CASE("recording: too many spans are joined, kind by kind, and their time stays") {
  Recording recording(100, 1);
  // 1,000 times: forward of layer 0 for 3 us, of layer 1 for 1 us, update for 1 us, 5 us of
  // nothing.
  for (std::int64_t i = 0; i < 1000; ++i) {
    const std::int64_t begin = 10 * us * i;
    recording.device_used(0, forward(0), {begin}, {begin + 3 * us});
    recording.device_used(0, forward(1), {begin + 3 * us}, {begin + 4 * us});
    recording.device_used(0, Update{}, {begin + 4 * us}, {begin + 5 * us});
  }
  CHECK(recording.operations() == 3000);
  CHECK(recording.device_spans().size() <= 100);
  CHECK(recording.device_resolution().ps > 0);
  const auto sums = busy(recording);
  CHECK(sums.at({0, SpanKind::forward}) == 4000 * us);
  CHECK(sums.at({0, SpanKind::update}) == 1000 * us);
  std::int64_t operations = 0;
  Picoseconds last;
  for (const DeviceSpan& span : recording.device_spans()) {
    CHECK(span.begin >= last);  // one at a time
    last = span.end;
    operations += span.operations;
  }
  CHECK(operations == 3000);
  CHECK(last.ps <= 10'000 * us);
}

TEST_CASE("recording: a span longer than the resolution keeps its place among joined ones") {
  Recording recording(40, 1);
  for (std::int64_t i = 0; i < 40; ++i)
    recording.device_used(0, forward(0), {i * us}, {i * us + us / 2});
  recording.device_used(0, Update{}, {40 * us}, {1040 * us});
  bool found = false;
  for (const DeviceSpan& span : recording.device_spans())
    found |= span.kind == SpanKind::update && span.begin.ps == 40 * us && span.end.ps == 1040 * us;
  CHECK(found);
  CHECK(recording.device_spans().size() <= 40);
}

TEST_CASE("recording: the resolution grows no further than it must, however long the run") {
  // Pairs of spans at the begin of every millisecond: 100 of them at 1 ms resolution. 64 spans are
  // left when 2 ms, or 4 ms, hold one pair.
  Recording recording(64, 1);
  for (std::int64_t i = 0; i < 100; ++i)
    for (std::int64_t j = 0; j < 10'000; ++j)
      recording.device_used(0, forward(0), {1000 * us * i + j}, {1000 * us * i + j + 1});
  CHECK(recording.operations() == 1'000'000);
  CHECK(recording.device_resolution().ps <= 8000 * us);
  CHECK(recording.device_spans().size() >= 12);
  CHECK(busy(recording).at({0, SpanKind::forward}) == 1'000'000);
}

TEST_CASE("recording: joined messages keep their bytes, and their sender if there is one") {
  Recording recording(32, 1);
  for (std::int64_t i = 0; i < 1000; ++i)
    recording.message_arrived(
        {.begin = {i * us}, .end = {i * us + us}, .from = i < 500 ? 1 : 2, .to = 0, .bytes = 10});
  std::int64_t bytes = 0;
  std::int64_t messages = 0;
  for (const MessageSpan& span : recording.message_spans()) {
    bytes += span.bytes;
    messages += span.messages;
    CHECK((span.from == 1 || span.from == 2 || span.from == several_ranks));
  }
  CHECK(bytes == 10'000);
  CHECK(messages == 1000);
  CHECK(recording.message_spans().size() <= 32);
  CHECK(recording.message_spans().front().from == 1);
  CHECK(recording.message_spans().back().end.ps == 1000 * us);
}

TEST_CASE("recording: within less room the same is joined more; with room for all, nothing is") {
  Recording recording(1000, 1);
  for (std::int64_t i = 0; i < 200; ++i)
    recording.device_used(0, forward(0), {i * us}, {i * us + us / 2});
  CHECK(begins(recording.within(200)) == begins(recording));
  const Recording less = recording.within(50);
  CHECK(less.device_spans().size() <= 50);
  CHECK(less.device_spans().size() >= 25);  // no more is joined than must be
  CHECK(less.operations() == 200);
  CHECK(busy(less) == busy(recording));
}

TEST_CASE("recording: mini-batches that backup workers drop end when they are dropped") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 4;
  run.training.iterations = 5;
  run.options = {{"allreduce", std::string("star")}, {"backup_workers", std::int64_t{1}}};
  const Setup setup = run.setup();
  Recording recording(10'000, setup.ranks());
  const Simulated simulated = simulate(setup, {}, {.recording = &recording});
  std::map<Rank, std::int64_t> sums;
  for (const auto& [what, sum] : busy(recording)) sums[what.first] += sum;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    CHECK(sums[rank] == simulated.workers[static_cast<std::size_t>(rank)].compute.ps);
}

}  // namespace lockstep::models
