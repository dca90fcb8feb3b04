// Stochastic gradient push: what its paper says it sends, and how long it takes.
#include <doctest/doctest.h>

#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// n = 3 (64^2 + 64) parameters, and one weight beside them in each message.
constexpr std::int64_t parameters = 12'480;

testing::RunOf sgp(int hosts, std::int64_t iterations, std::int64_t overlap_steps = 0) {
  testing::RunOf run;
  run.kind = "sgp";
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  run.training.iterations = iterations;
  run.options = {{"overlap_steps", overlap_steps}};
  return run;
}

// Whom each worker's model has something of. What is added late was sent as it was then.
class Reach : public Numbers {
 public:
  explicit Reach(int workers) : known_(static_cast<std::size_t>(workers)) {
    for (std::size_t rank = 0; rank < known_.size(); ++rank)
      known_[rank] = std::uint64_t{1} << rank;
  }
  std::uint32_t copy_of(Rank rank, const Payload& payload) override {
    CHECK(payload.buffer == Buffer::push_sum);
    CHECK(payload.count == parameters + 1);
    sent_.push_back(known_[static_cast<std::size_t>(rank)]);
    return static_cast<std::uint32_t>(sent_.size() - 1);
  }
  void carried_out(Rank rank, const Operation& operation) override {
    if (const auto* reduce = std::get_if<Reduce>(&operation))
      known_[static_cast<std::size_t>(rank)] |= sent_[reduce->message.content];
  }
  [[nodiscard]] bool complete() const {
    for (const std::uint64_t known : known_)
      if (known != (std::uint64_t{1} << known_.size()) - 1) return false;
    return true;
  }

 private:
  std::vector<std::uint64_t> known_;
  std::vector<std::uint64_t> sent_;
};

Simulated simulated(const testing::RunOf& run, Numbers* numbers = nullptr) {
  Simulated result = simulate(run.setup(), {}, {.numbers = numbers});
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("sgp: one message of the model and a weight a step, for any number of workers") {
  for (const int workers : {2, 3, 8, 13})
    for (const std::int64_t overlap_steps : {0, 1, 3, 9}) {
      const Simulated run = simulated(sgp(workers, 5, overlap_steps));
      CHECK(run.messages == Count{5} * workers);
      CHECK(run.bytes == Count{5} * workers * (parameters + 1) * 4);
      CHECK(run.staleness.max == 0);
    }
}

TEST_CASE("sgp: log2 P steps, rounded up, bring something of every worker to every other") {
  // P workers need ceil(log2 P) steps: 1 for 2, 2 for 3 and 4, 3 for 5 to 8, 4 for 9 to 16.
  for (const auto& [workers, steps] :
       {std::pair{2, 1}, std::pair{3, 2}, std::pair{4, 2}, std::pair{5, 3}, std::pair{8, 3},
        std::pair{9, 4}, std::pair{16, 4}}) {
    CAPTURE(workers);
    Reach enough(workers);
    simulated(sgp(workers, steps), &enough);
    CHECK(enough.complete());
    if (steps == 1) continue;
    Reach too_few(workers);
    simulated(sgp(workers, steps - 1), &too_few);
    CHECK_FALSE(too_few.complete());
  }
}

TEST_CASE("sgp: passes, update, one message, its fold, and the division by the weight") {
  // L = 3, N = 64, b = 8: 8 products of 65.536 ns, an update of 24.96 ns. 12,481 scalars of 4
  // bytes: 20 us + 39.9392 us; a fold of 12.481 ns and 12.48 ns for the division.
  const double step = 8 * 65.536e-9 + 24.96e-9;
  const double adding = 12.481e-9 + 12.48e-9;
  const double message = 20e-6 + 39.9392e-6;
  CHECK(simulated(sgp(8, 4)).makespan.seconds() ==
        doctest::Approx(4 * (step + message + adding)).epsilon(1e-9));
  CHECK(closed_form_of(sgp(8, 4).setup()).claim == TimeClaim::exact);
}

TEST_CASE("sgp: messages that overlap hide behind the passes, but for the last") {
  // 100 times slower devices: passes of 52.4288 us and an update of 2.496 us take longer than a
  // message of 0.5 us + 39.9392 us. Only the last message is waited for, less the 2.4961 us in
  // which the one before it is added and the model divided; it is divided once more at the end.
  testing::RunOf run = sgp(8, 4, 1);
  run.device.flops_per_s = 1e10;
  run.latency_s = 0.25e-6;
  const double computing = 52.4288e-6 + 2.496e-6 + 1.2481e-6 + 1.248e-6;
  const double expected = 4 * computing + 40.4392e-6 - 2.4961e-6 + 1.248e-6;
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected).epsilon(1e-9));
  CHECK(closed_form_of(run.setup()).claim == TimeClaim::exact);
  run.options = {{"overlap_steps", std::int64_t{0}}};
  CHECK(simulated(run).makespan.seconds() ==
        doctest::Approx(4 * (computing + 40.4392e-6)).epsilon(1e-9));
}

TEST_CASE("sgp: keeps the divided model and what is under way to it") {
  const ClosedForm form = closed_form_of(sgp(8, 4, 2).setup());
  CHECK(form.memory.versions == Count{4} * parameters);
  CHECK(form.memory.buffers == Count{4} * 3 * (parameters + 1));
}

}  // namespace lockstep::models
