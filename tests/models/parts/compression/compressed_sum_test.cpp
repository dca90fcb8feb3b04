// Compressed sums of gradients: their volume, FLOPs and times, and what is in the result.
#include "models/parts/compression/compressed_sum.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// L = 3, N = 64, S = 4: n = 12,480 scalars in 192 columns of 65.
testing::RunOf compressed(const char* compression, int hosts = 4) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  run.options = {{"compression", std::string(compression)}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

Count reduce_flops(const testing::RunOf& run) { return simulated(run).flops[ComputeKind::reduce]; }

// Real gradients, quantised and selected for real.
class Gradients : public Numbers {
 public:
  Gradients(const Setup& setup, std::int64_t count) : setup_(&setup) {
    for (Rank rank = 0; rank < setup.workers; ++rank) {
      of_.emplace_back();
      for (std::int64_t i = 0; i < count; ++i)
        of_.back().push_back(static_cast<double>((rank * 31 + i * 17) % 23 - 11));
    }
    left_out_.assign(static_cast<std::size_t>(count), 0);
  }
  std::uint32_t copy_of(Rank rank, const Payload& payload) override {
    const auto begin = of(rank).begin() + payload.offset;
    contents_.emplace_back(begin, begin + payload.count);
    return static_cast<std::uint32_t>(contents_.size() - 1);
  }
  void carried_out(Rank rank, const Operation& operation) override {
    if (const auto* reduce = std::get_if<Reduce>(&operation)) put(rank, reduce->message, true);
    if (const auto* store = std::get_if<Store>(&operation)) put(rank, store->message, false);
    if (std::holds_alternative<Copy>(operation)) own_[rank] = of(rank);
    if (std::holds_alternative<Accumulate>(operation))
      for (std::size_t i = 0; i < of(rank).size(); ++i) at(rank, i) += own_[rank][i];
    const auto* transcode = std::get_if<Transcode>(&operation);
    if (transcode != nullptr && transcode->step == CodingStep::encode)
      encode(rank, transcode->payload);
  }
  [[nodiscard]] const std::vector<double>& of(Rank rank) const {
    return of_[static_cast<std::size_t>(rank)];
  }
  // Of all encodings together.
  [[nodiscard]] const std::vector<double>& left_out() const { return left_out_; }

 private:
  void put(Rank rank, const Message& message, bool add) {
    const auto& content = contents_[message.content];
    for (std::size_t i = 0; i < content.size(); ++i) {
      double& scalar = at(rank, static_cast<std::size_t>(message.payload.offset) + i);
      scalar = add ? scalar + content[i] : content[i];
    }
  }
  void encode(Rank rank, const Payload& payload) {
    const auto begin = static_cast<std::size_t>(payload.offset);
    const auto count = static_cast<std::size_t>(payload.count);
    std::vector<double> before(of(rank).begin() + payload.offset,
                               of(rank).begin() + payload.offset + payload.count);
    std::vector<double> sizes;
    for (const double scalar : before) sizes.push_back(std::abs(scalar));
    std::sort(sizes.rbegin(), sizes.rend());
    for (std::size_t i = 0; i < count; ++i) {
      double& scalar = at(rank, begin + i);
      if (payload.encoding == Encoding::top_k)
        scalar = std::abs(scalar) >= sizes[static_cast<std::size_t>(payload.kept - 1)] ? scalar : 0;
      else
        scalar = mean_beside(payload, before, begin + i);
      left_out_[begin + i] += before[i] - scalar;
    }
  }
  // The mean of all scalars of the block in the same column and with the same sign.
  double mean_beside(const Payload& payload, const std::vector<double>& before, std::size_t index) {
    const auto rows = static_cast<std::size_t>(setup_->mlp.width + 1);
    const auto begin = static_cast<std::size_t>(payload.offset);
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if ((begin + i) / rows != index / rows) continue;
      if ((before[i] > 0) != (before[index - begin] > 0)) continue;
      sum += before[i];
      count += 1;
    }
    return sum / count;
  }
  double& at(Rank rank, std::size_t index) { return of_[static_cast<std::size_t>(rank)][index]; }

  const Setup* setup_;
  std::vector<std::vector<double>> of_;
  std::map<Rank, std::vector<double>> own_;  // where the sum begins with another's
  std::vector<std::vector<double>> contents_;
  std::vector<double> left_out_;
};

// With error feedback nothing is lost: what all ranks have in the end, and what all encodings left
// out, is the sum.
void check_result(const testing::RunOf& run) {
  const Setup setup = run.setup();
  const std::int64_t count = setup.mlp.parameters();
  Gradients gradients(setup, count);
  std::vector<double> expected(static_cast<std::size_t>(count), 0);
  for (Rank rank = 0; rank < setup.workers; ++rank)
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += gradients.of(rank)[i];
  REQUIRE(simulate(setup, {}, {.numbers = &gradients}).outcome.finished());
  for (Rank rank = 1; rank < setup.workers; ++rank) CHECK(gradients.of(rank) == gradients.of(0));
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(gradients.of(0)[i] + gradients.left_out()[i] == doctest::Approx(expected[i]));
}

}  // namespace

TEST_CASE("compressed sums: all ranks have the same, and nothing is lost but to residuals") {
  for (const char* compression : {"one_bit", "top_k"}) {
    for (const int hosts : {2, 3, 5}) {
      CAPTURE(compression);
      CAPTURE(hosts);
      testing::RunOf run = compressed(compression, hosts);
      run.mlp = {.layers = 2, .width = 5};
      run.training.batch = 1;
      run.options.emplace_back("top_k_fraction", 0.2);
      check_result(run);
    }
  }
}

TEST_CASE("compressed sums: one_bit sends a bit a scalar and two means a column, twice") {
  // P = 4 blocks of 3,120 scalars in 48 columns: 390 + 2 x 4 x 48 = 774 bytes; each of 4 owners
  // gets 3 and sends 3.
  const Simulated run = simulated(compressed("one_bit"));
  CHECK(run.bytes == 4 * 6 * 774);
  CHECK(run.messages == 4 * 6);
  // sign: the bits alone, 1/32 of the ring's 2 (P-1) n S; with error feedback a size in each
  // message.
  testing::RunOf votes = compressed("sign");
  CHECK(simulated(votes).bytes == 2 * 3 * 12'480 * 4 / 32 + 24 * 4);
  votes.options.emplace_back("error_feedback", false);
  CHECK(simulated(votes).bytes == 2 * 3 * 12'480 * 4 / 32);
}

TEST_CASE("compressed sums: one_bit is about 2 (P-1)/P M / 32 a worker where columns are long") {
  // Columns of 2,049 scalars: two means of 32 bits add 64 to 2,049 bits, 3.1%.
  testing::RunOf run = compressed("one_bit");
  run.mlp.width = 2048;
  const double share = 2 * 3 * (3.0 * 2048 * 2049 * 4) / 32;
  CHECK(to_double(simulated(run).bytes) == doctest::Approx(share * (1 + 64.0 / 2049)));
}

TEST_CASE("compressed sums: top_k with fraction 1 sends (S+4)/S times a dense all-gather") {
  // P (P-1) messages of all n scalars, with an index of 4 bytes each.
  testing::RunOf run = compressed("top_k");
  run.options.emplace_back("top_k_fraction", 1.0);
  const Count dense = Count{4 * 3} * 12'480 * 4;
  CHECK(simulated(run).bytes == dense * (4 + 4) / 4);
  // A tenth of them: P-1 lists of k = 1,248 reach every worker.
  run.options.back().second = 0.1;
  CHECK(simulated(run).bytes == Count{4 * 3} * 1248 * 8);
}

TEST_CASE("compressed sums: power_sgd sends r (in + out) scalars a layer through any allreduce") {
  // Ring: 2 (P-1) r (64 + 1 + 64) L scalars; the row of biases is the 1.
  testing::RunOf run = compressed("power_sgd");
  run.options.emplace_back("rank", std::int64_t{4});
  const Count factors = Count{4} * (64 + 1 + 64) * 3 * 4;  // bytes
  CHECK(simulated(run).bytes == 2 * 3 * factors);
  run.options.emplace_back("allreduce", std::string("star"));
  run.hosts = 5;
  CHECK(simulated(run).bytes == 2 * 4 * factors);  // every worker pushes and pulls both
}

TEST_CASE("compressed sums: FLOPs are residuals, folds and products") {
  // n = 12,480, P = 4. one_bit: 4 n + n for residuals, 3 n for folds.
  testing::RunOf run = compressed("one_bit");
  CHECK(reduce_flops(run) == 8 * 12'480);
  run.options.emplace_back("error_feedback", false);
  CHECK(reduce_flops(run) == 3 * 12'480);
  // top_k: 4 n for residuals; 4 workers fold 3 lists of 1%, 125 scalars.
  CHECK(reduce_flops(compressed("top_k")) == 4 * 12'480 + 4 * 3 * 125);
  // power_sgd, rank 2: 3 products of 2 x 2 n and 2 x 2^2 x 65 for each of 3 layers, on each worker;
  // n more for the residual; folding factors of 2 (65 + 64) x 3 scalars 3 times.
  CHECK(reduce_flops(compressed("power_sgd")) == 4 * (3 * 4 * 12'480 + 3 * 520 + 12'480) + 3 * 774);
}

TEST_CASE("compressed sums: the time of one_bit is two encodings, P-1 folds and 2 (P-1) messages") {
  // 8 products of 65.536 ns; messages of 774 bytes at 1.25 GB/s after 20 us; encoding costs the
  // residual's FLOPs: 12.48 ns, and 3.12 ns for the owned block; 3 folds of 3.12 ns; decoding none;
  // an update of 24.96 ns.
  const double expected_s =
      8 * 65.536e-9 + 12.48e-9 + 6 * (20e-6 + 619.2e-9) + 3 * 3.12e-9 + 3.12e-9 + 24.96e-9;
  CHECK(simulated(compressed("one_bit")).makespan.seconds() ==
        doctest::Approx(expected_s).epsilon(1e-9));
  const ClosedForm form = closed_form_of(compressed("one_bit").setup());
  CHECK(form.claim == TimeClaim::exact);
  CHECK(form.makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("compressed sums: encoding takes the time of its bytes in device memory") {
  // At 1 GB/s: encoding touches 3 x 49,920 + 3,096 bytes, three folds 2 x 12,480 + 774 each, the
  // second encoding 3 x 12,480 + 774, decoding 49,920 + 3,096. All 229 + 77 us against none.
  testing::RunOf run = compressed("one_bit");
  run.training.batch = 1;
  testing::RunOf dense = run;
  dense.options.clear();
  run.device.memory_bytes_per_s = dense.device.memory_bytes_per_s = 1e9;
  const double coding_s = (152'856 + 3 * 25'734 + 38'214 + 53'016) * 1e-9;
  const double messages_s = 6 * (20e-6 + 619.2e-9);
  const double folds_s = 3 * 3 * 12'480e-9;
  const double dense_messages_s = 6 * (20e-6 + 9.984e-6);
  CHECK((simulated(run).makespan - simulated(dense).makespan).seconds() ==
        doctest::Approx(coding_s + messages_s - folds_s - dense_messages_s).epsilon(1e-6));
}

TEST_CASE("compressed sums: residuals are kept beside the parameters") {
  // one_bit: the whole model's and the owned block's; without error feedback none.
  testing::RunOf run = compressed("one_bit");
  CHECK(closed_form_of(run.setup()).memory.versions == (12'480 + 3'120) * 4);
  CHECK(closed_form_of(compressed("top_k").setup()).memory.versions == 12'480 * 4);
  CHECK(closed_form_of(compressed("none").setup()).memory.versions == 0);
  run.options.emplace_back("error_feedback", false);
  CHECK(closed_form_of(run.setup()).memory.versions == 0);
}

TEST_CASE("compressed sums: one worker sends and encodes nothing") {
  for (const std::string_view compression : compressions) {
    CAPTURE(compression);
    const Simulated run = simulated(compressed(std::string(compression).c_str(), 1));
    CHECK(run.flops[ComputeKind::reduce] == 0);
    CHECK(run.bytes == 0);
  }
}

TEST_CASE("compressed sums: servers stand only where an allreduce goes through them") {
  testing::RunOf run = compressed("one_bit", 5);
  run.options.emplace_back("allreduce", std::string("star"));
  CHECK(run.setup().workers == 5);
  run.options.front().second = std::string("power_sgd");
  CHECK(run.setup().workers == 4);
}

}  // namespace lockstep::models
