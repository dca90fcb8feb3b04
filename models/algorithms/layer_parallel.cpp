// Layer-wise model parallelism: stages of layers, one mini-batch at a time, one stage at work.
//
// The whole mini-batch goes forward through the stages and back again. A stage updates while the
// gradient goes on to the stages before it, and the next mini-batch starts when the first stage
// has updated. Yook, Lee and Yoo: "A survey on parallel training algorithms for deep neural
// networks", J. Acoust. Soc. Korea 39 (2020), model parallelism by layers.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(stages_option);

Program program(Worker& worker) {
  for (std::int64_t batch = 0; batch < worker.setup().training.iterations; ++batch) {
    co_await worker.begin_iteration();
    co_await stage_forward(worker, 0);
    co_await stage_backward(worker, 0, false);
    co_await stage_update(worker);
  }
}

struct Parts {
  double there_s = 0;  // forward through all stages, hops included
  double rest_s = 0;   // of an iteration: back to a stage, its update, and forward to that stage
  double tail_s = 0;   // by which another stage ends its last update after the first stage does
};

// From the end of one forward pass to that of the next, the longest way is the iteration: back to
// some stage, its update, and on from there. It is the first stage, unless another one's update
// takes longer than all that comes after it.
Parts parts_of(const Setup& setup) {
  const std::vector<StageTimes> stages = stage_times(setup, false);
  Parts parts;
  double iteration_s = 0;
  double end_s = 0;     // of the last update, counted from the end of the forward pass
  double back_s = 0;    // from there to the end of a stage's backward pass
  double onward_s = 0;  // from a stage's input to the end of the forward pass
  for (std::size_t stage = stages.size(); stage-- > 0;) {
    const StageTimes& mine = stages[stage];
    back_s += mine.back_hop_s + mine.backward_s;
    onward_s += mine.forward_s + mine.hop_s;
    end_s = std::max(end_s, back_s + mine.update_s);
    iteration_s = std::max(iteration_s, back_s + mine.update_s + onward_s);
  }
  parts.there_s = onward_s;
  parts.rest_s = iteration_s - onward_s;
  parts.tail_s = end_s - parts.rest_s;
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all =
      T::number("iterations", static_cast<double>(setup.training.iterations)) *
      (T::seconds("t_forward", parts.there_s) + T::seconds("t_backward_and_update", parts.rest_s));
  return parts.tail_s > 0 ? all + T::seconds("t_last_update", parts.tail_s) : all;
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  count_pipeline(form, setup, false);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts_of(setup)));
  form.memory = pipeline_memory(setup, false, [](const Pipeline&, int) { return std::int64_t{1}; });
  return form;
}

}  // namespace

const RegisteredAlgorithm layer_parallel = on_stages({
    .kind = "layer_parallel",
    .title = "Layer-wise model parallelism",
    .summary =
        "The layers are divided into stages, one a worker, and each mini-batch goes through them "
        "whole, forward and then back. Only one stage works at a time: a model that does not fit "
        "one device can be trained, but no faster.",
    .approximation = "nothing: each mini-batch meets the parameters that the one before it left",
    .when_to_use = "When the model does not fit one device; a pipeline is faster in all other "
                   "respects.",
    .source = "Yook, Lee and Yoo, J. Acoust. Soc. Korea 39 (2020)",
    .options = options,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
});

}  // namespace lockstep::models
