#include "models/data/batches.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace lockstep::models;

namespace {

using Indices = std::vector<std::int64_t>;

Indices mini_batch(const Batches& batches, std::int64_t worker, std::int64_t k) {
  Indices indices(static_cast<std::size_t>(batches.batch()));
  batches.fill(worker, k, indices);
  return indices;
}

// The k-th mini-batches of all workers, one after the other.
Indices joined(const Batches& batches, std::int64_t workers, std::int64_t k) {
  Indices all;
  for (std::int64_t worker = 0; worker < workers; ++worker) {
    const Indices one = mini_batch(batches, worker, k);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

Indices sorted(Indices indices) {
  std::ranges::sort(indices);
  return indices;
}

Indices counted_to(std::int64_t count) {
  Indices all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("batches: the joined mini-batch is the same, in order, for any number of workers") {
  constexpr std::int64_t samples = 1437;
  constexpr std::int64_t global = 64;
  const Batches one(samples, 1, global, 5);
  // Mini-batch 22 has places 1408 .. 1471: it ends the first epoch. 45 has 2880 .. 2943, and the
  // second epoch ends with 2873.
  for (const std::int64_t workers : {1, 2, 4, 8})
    for (const std::int64_t k : {0, 1, 21, 22, 23, 44, 45, 1000}) {
      CAPTURE(workers);
      CAPTURE(k);
      const Batches several(samples, workers, global / workers, 5);
      CHECK(joined(several, workers, k) == mini_batch(one, 0, k));
    }
}

TEST_CASE("batches: shards of workers are disjoint within an epoch") {
  // 8 workers x 4 samples: 12 mini-batches of each are 384 of the 400 samples, all different.
  const Batches batches(400, 8, 4, 1);
  Indices all;
  for (std::int64_t k = 0; k < 12; ++k) {
    const Indices some = joined(batches, 8, k);
    all.insert(all.end(), some.begin(), some.end());
  }
  all = sorted(std::move(all));
  CHECK(all.size() == 384);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("batches: every sample comes once in an epoch, and mini-batches run over its end") {
  // 3 workers x 4 samples over 10 samples: 5 mini-batches of 12 are 6 epochs of 10.
  const Batches batches(10, 3, 4, 9);
  Indices row;
  for (std::int64_t k = 0; k < 5; ++k) {
    const Indices some = joined(batches, 3, k);
    row.insert(row.end(), some.begin(), some.end());
  }
  REQUIRE(row.size() == 60);
  for (auto epoch = row.begin(); epoch != row.end(); epoch += 10)
    CHECK(sorted({epoch, epoch + 10}) == counted_to(10));
}

TEST_CASE("batches: epochs are shuffled anew, and seeds differ") {
  const Batches batches(100, 1, 100, 1);
  const Indices first = mini_batch(batches, 0, 0);
  CHECK(first != counted_to(100));
  CHECK(first != mini_batch(batches, 0, 1));
  CHECK(first == mini_batch(batches, 0, 0));
  CHECK(first != mini_batch(Batches(100, 1, 100, 2), 0, 0));
}

TEST_CASE("batches: one mini-batch can be longer than an epoch") {
  const Batches batches(3, 2, 6, 1);
  const Indices two_epochs = mini_batch(batches, 1, 4);
  CHECK(sorted({two_epochs.begin(), two_epochs.begin() + 3}) == counted_to(3));
  CHECK(sorted({two_epochs.begin() + 3, two_epochs.end()}) == counted_to(3));
}

TEST_CASE("batches: epochs count what all workers have seen") {
  // 5 mini-batches x 4 workers x 8 samples of 64: two and a half times.
  CHECK(Batches(64, 4, 8, 1).epochs(5) == 2.5);
}
