// A published table against the simulation: what a pipeline gains over one stage.
#include <doctest/doctest.h>

#include <cmath>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/measured_pipeline.hpp"

namespace lockstep::models {

namespace {

// Huang et al., arXiv:1811.06965, table 2: a Transformer, 32 micro-batches, normalised throughput.
struct Row {
  int stages;
  double measured;
  double ideal;          // K M / (M + K - 1), to two digits
  double over_measured;  // by how much the ideal is more
};
constexpr std::int64_t micro_batches = 32;

// A model of 8 ms forward and 16 ms back for a micro-batch, cut into equal stages; no messages to
// wait for.
testing::RunOf pipeline(int stages) {
  const double forward_ms = 8.0 / stages;
  return testing::measured_pipeline("gpipe",
                                    {stages, micro_batches, forward_ms, forward_ms, forward_ms, 0});
}

double throughput(const testing::RunOf& run) {
  const Simulated simulated = simulate(run.setup());
  REQUIRE(simulated.outcome.finished());
  return static_cast<double>(simulated.samples) / simulated.makespan.seconds();
}

}  // namespace

TEST_CASE("gpipe table 2: equal stages gain the ideal K M / (M + K - 1), more than was measured") {
  // 64/33 = 1.939, 128/35 = 3.657, 256/39 = 6.564; over 1.8, 3.4 and 6.3: 7.7 %, 7.6 %, 4.2 %.
  for (const Row& row :
       {Row{2, 1.8, 1.94, .077}, Row{4, 3.4, 3.66, .076}, Row{8, 6.3, 6.56, .042}}) {
    const double gain = throughput(pipeline(row.stages)) / throughput(pipeline(1));
    const double exact = static_cast<double>(row.stages * micro_batches) /
                         static_cast<double>(micro_batches + row.stages - 1);
    CAPTURE(row.stages);
    CHECK(gain == doctest::Approx(exact).epsilon(1e-9));
    CHECK(std::abs(gain - row.ideal) <= 0.005);
    CHECK(std::abs(gain / row.measured - 1 - row.over_measured) <= 0.0005);
  }
}

TEST_CASE("gpipe table 2: re-materialisation, which the paper uses, changes no gain") {
  // (M + K - 1) (f + d + f): 8 / K ms forward twice, 16 / K ms back. So 1 / (32 ms) for one stage.
  for (const int stages : {1, 2, 4, 8}) {
    testing::RunOf run = pipeline(stages);
    run.options.emplace_back("rematerialization", true);
    const double slots = static_cast<double>(micro_batches + stages - 1);
    CHECK(
        throughput(run) ==
        doctest::Approx(static_cast<double>(micro_batches * stages) / slots / 32e-3).epsilon(1e-9));
  }
}

}  // namespace lockstep::models
