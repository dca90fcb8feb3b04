// Records that lack something each: none of them may compile. With LOCKSTEP_WHOLE_RECORD there is
// only one that lacks nothing, which must. See incomplete_records_test.sh.
#include "models/cost/algorithm.hpp"
#include "models/language/program.hpp"

namespace lockstep::models {

namespace {

constexpr Algorithm whole = {
    .kind = "whole",
    .title = "Whole",
    .summary = "It lacks nothing.",
    .approximation = "nothing",
    .when_to_use = "Never.",
    .source = "this test",
    .workers = [](const Options&, int hosts) { return hosts; },
    .servers = [](const Options&) { return 0; },
    .program = [](Worker&) -> Program { __builtin_unreachable(); },
    .closed_form = [](const Setup&) { return ClosedForm{}; },
    .formula = [](const Setup&) -> Formula { __builtin_unreachable(); },
    .samples_of_gradient = all_used_samples,
};

template <class Change>
consteval Algorithm but(Change change) {
  Algorithm record = whole;
  change(record);
  return record;
}

}  // namespace

#ifdef LOCKSTEP_WHOLE_RECORD
extern const RegisteredAlgorithm nothing_lacks;
const RegisteredAlgorithm nothing_lacks = whole;
#else
const RegisteredAlgorithm words = but([](Algorithm& record) { record.source = {}; });
const RegisteredAlgorithm workers = but([](Algorithm& record) { record.workers = nullptr; });
const RegisteredAlgorithm program = but([](Algorithm& record) { record.program = nullptr; });
const RegisteredAlgorithm form = but([](Algorithm& record) { record.closed_form = nullptr; });
const RegisteredAlgorithm formula = but([](Algorithm& record) { record.formula = nullptr; });
const RegisteredAlgorithm samples =
    but([](Algorithm& record) { record.samples_of_gradient = nullptr; });
#endif

}  // namespace lockstep::models
