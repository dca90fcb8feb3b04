// What ranks tell each other of their results survives the way through bytes.
#include <doctest/doctest.h>

#include "models/readers/execute/mpi/packed_result.hpp"

namespace lockstep::models {

namespace {

template <class Value>
Value through_bytes(Value value) {
  PackedWriter writer;
  pack(writer, value);
  const std::vector<std::byte> bytes = writer.take();
  PackedReader reader(bytes);
  Value again;
  pack(reader, again);
  return again;
}

}  // namespace

TEST_CASE("packed: a rank's result comes back as it was, empty parts too") {
  RankResult result;
  result.ended = true;
  result.use.wait_s = 1;
  result.iterations_s = {0.25, 0.5};
  result.flops[ComputeKind::reduce] = Count{1} << 100;
  result.bytes = 7;
  result.loss_samples = 9;
  result.order.sources[5] = {1, 0, 1};
  result.order.probes[-1] = {true, false, true};
  result.order.probes[3] = {};
  const RankResult again = through_bytes(result);
  CHECK(again.ended);
  CHECK(again.use.wait_s == 1);
  CHECK(again.iterations_s == result.iterations_s);
  CHECK(again.flops == result.flops);
  CHECK(again.bytes == 7);
  CHECK(again.loss_samples == 9);
  CHECK(again.order == result.order);
}

TEST_CASE("packed: a rank's model comes back as it was") {
  const RankModel again = through_bytes(RankModel{3, {1.5F, -0.0F}, {{0, 1}, {4, 9}}});
  CHECK(again.updates == 3);
  CHECK(again.parameters == std::vector<float>{1.5F, -0.0F});
  REQUIRE(again.trained.size() == 2);
  CHECK(again.trained[1] == std::pair<std::int64_t, std::int64_t>{4, 9});
}

}  // namespace lockstep::models
