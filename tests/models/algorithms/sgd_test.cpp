#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

ClosedForm with(const char* optimizer) {
  testing::RunOf run;  // 3 layers of 64: 3 x (64^2 + 64) = 12,480 parameters of 4 bytes
  run.training.iterations = 5;
  run.options = {{"optimizer", std::string(optimizer)}};
  const Setup setup = run.setup();
  const ClosedForm form = closed_form_of(setup);
  const Simulated simulated = simulate(setup);
  CHECK(form.flops == simulated.flops);
  CHECK(form.makespan == simulated.makespan);
  return form;
}

}  // namespace

TEST_CASE("sgd: each optimizer has the FLOPs and the state of its formula") {
  constexpr std::int64_t parameters = 12'480;
  struct Expected {
    const char* optimizer;
    int flops;   // a parameter
    int copies;  // of the parameters
  };
  // sgd: w - rate x g. momentum: 3 for v, 1 for w. adagrad: 2 for s, 4 for w. adam: 3 for m, 4 for
  // v, 5 for w (root, eps, quotient, rate, difference). nesterov: 2 more for w. adamw: 1 to decay.
  for (const auto& [optimizer, flops, copies] : {Expected{"sgd", 2, 0},
                                                 {"momentum", 4, 1},
                                                 {"adagrad", 6, 1},
                                                 {"nesterov", 6, 1},
                                                 {"adam", 12, 2},
                                                 {"adamw", 13, 2}}) {
    CAPTURE(optimizer);
    const ClosedForm form = with(optimizer);
    CHECK(form.flops[ComputeKind::update] == 5 * flops * parameters);
    CHECK(form.memory.versions == copies * parameters * 4);
  }
}

TEST_CASE("sgd: on a device bound by its memory an update takes as long as it touches scalars") {
  // 12,480 parameters of 4 bytes at 1 MB/s: 49.92 ms a scalar touched of each. 3 for sgd, 7 for
  // adam.
  testing::RunOf run;
  run.device = {.flops_per_s = 1e15, .memory_bytes_per_s = 1e6};
  const auto seconds = [&](const char* optimizer) {
    run.options = {{"optimizer", std::string(optimizer)}};
    return closed_form_of(run.setup()).makespan.seconds();
  };
  CHECK(seconds("adam") - seconds("sgd") == doctest::Approx(4 * 0.04992).epsilon(1e-9));
}

}  // namespace lockstep::models
