// What `synthetic_gradients` costs: time, counts and memory.
#include <algorithm>
#include <vector>

#include "models/algorithms/synthetic_gradients_plan.hpp"
#include "models/parts/stages/modules.hpp"
#include "models/parts/stages/stage_steps.hpp"

namespace lockstep::models::synthetic_gradients_plan {

namespace {

// The times of one module.
struct ModuleTimes {
  StageTimes stage;
  double predict_s = 0;
  double train_s = 0;

  // Both passes, with the prediction in between.
  [[nodiscard]] double passes_s() const { return stage.forward_s + predict_s + stage.backward_s; }
  [[nodiscard]] double whole_s() const { return passes_s() + stage.update_s + train_s; }
};

std::vector<ModuleTimes> times_of(const Setup& setup) {
  std::vector<ModuleTimes> modules;
  for (const StageTimes& stage : stage_times(setup, false)) {
    const Rank module = static_cast<Rank>(modules.size());
    const Synthesiser synthesiser = synthesiser_of(setup, module);
    const LayerShape square{synthesiser.width, synthesiser.width};
    const double product_s =
        compute_time(setup.device_of(module), product_of(setup.mlp, square, setup.global_batch))
            .seconds();
    ModuleTimes mine{stage, 0, 0};
    if (synthesiser.depth > 0) {
      mine.predict_s = static_cast<double>(synthesiser.depth) * product_s;
      // The forward pass of training is the prediction itself; the two backward products remain.
      mine.train_s = 2 * mine.predict_s + update_s(setup, module, synthesiser.parameters());
    }
    modules.push_back(mine);
  }
  return modules;
}

// Paths that no schedule can shorten. The first mini-batch reaches a module, which then is at work
// all the time; at the end the module before still trains on the last gradient.
struct Parts {
  double reach_s = 0;
  double module_s = 0;  // a module's iteration
  double waits_s = 0;   // by which the longest path is longer
  Waits further = {};   // by which the schedule is longer than that
};

Schedule schedule_of(const Setup& setup) {
  const std::vector<ModuleTimes> modules = times_of(setup);
  std::vector<StageTimes> times;
  for (const ModuleTimes& module : modules) times.push_back(module.stage);
  const StageSteps steps(setup, std::move(times));
  return steps.schedule(1, [&](std::size_t module) {
    Step backward = steps.backward(module);  // of the prediction, not of what is received
    Step train{.span = nearest_seconds(modules[module].train_s), .receives = backward.receives};
    backward.receives = no_link;
    const Steps passes = {steps.forward(module),
                          {.span = nearest_seconds(modules[module].predict_s)},
                          backward,
                          steps.update(module)};
    Steps both = passes;
    both.push_back(train);
    std::vector<Segment> program;
    add_segment(program, passes);
    add_segment(program, both, setup.training.iterations - 1);
    add_segment(program, {train});
    return program;
  });
}

// Every second mini-batch of a module may have to wait for the target of the one before the last:
// there to the module above, through it, back, and training.
double with_loops_s(const ModuleTimes& mine, const ModuleTimes& above, std::int64_t batches) {
  const double loop_s = mine.stage.forward_s + mine.stage.hop_s + above.passes_s() +
                        mine.stage.back_hop_s + mine.train_s;
  const std::int64_t loops = (batches - 1) / 2;
  double all_s = static_cast<double>(loops + 1) * loop_s;
  if ((batches - 1) % 2 == 1)
    all_s += mine.passes_s() + mine.stage.update_s + (loops > 0 ? mine.train_s : 0);
  return all_s;
}

Parts bound_of(const Setup& setup) {
  const std::vector<ModuleTimes> modules = times_of(setup);
  const std::int64_t batches = setup.training.iterations;
  const auto count = static_cast<double>(batches);
  Parts parts;
  double longest_s = 0;
  double reach_s = 0;
  for (std::size_t module = 0; module < modules.size(); ++module) {
    const ModuleTimes& mine = modules[module];
    const double staying_s = reach_s + count * mine.whole_s();
    if (staying_s >= parts.reach_s + count * parts.module_s) {
      parts.reach_s = reach_s;
      parts.module_s = mine.whole_s();
    }
    longest_s = std::max(longest_s, staying_s);
    if (module > 0) {
      const ModuleTimes& before = modules[module - 1];
      const double trained = static_cast<double>(std::max<std::int64_t>(0, batches - 2));
      longest_s = std::max(longest_s,
                           reach_s + count * mine.passes_s() + (count - 1) * mine.stage.update_s +
                               trained * mine.train_s + before.stage.back_hop_s + before.train_s);
    }
    if (module + 1 < modules.size())
      longest_s = std::max(longest_s, reach_s + with_loops_s(mine, modules[module + 1], batches));
    reach_s += mine.stage.forward_s + mine.stage.hop_s;
  }
  parts.waits_s = std::max(0.0, longest_s - parts.reach_s - count * parts.module_s);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all = T::seconds("t_fill", parts.reach_s) +
                   T::number("iterations", static_cast<double>(setup.training.iterations)) *
                       T::seconds("t_module", parts.module_s);
  const double waits_s = parts.waits_s + parts.further.seconds;
  return waits_s > 0 ? all + T::seconds("t_waits", waits_s) : all;
}

Parts parts_of(const Setup& setup) {
  Parts parts = bound_of(setup);
  parts.further = waits_beyond(schedule_of(setup), expression_of<double>(setup, parts));
  return parts;
}

void count_synthesisers(FlopCounts& flops, const Setup& setup) {
  const Count batches = setup.training.iterations;
  for (Rank module = 0; module < setup.workers; ++module) {
    const Synthesiser synthesiser = synthesiser_of(setup, module);
    const Count weights = Count{synthesiser.depth} * synthesiser.width * synthesiser.width;
    for (const ComputeKind kind :
         {ComputeKind::forward, ComputeKind::backward_weight, ComputeKind::backward_input})
      flops[kind] += batches * 2 * setup.global_batch * weights;
    flops[ComputeKind::update] += batches * setup.step_rule().flops * synthesiser.parameters();
  }
}

// Beside those of its own layers, a module keeps the activations of its synthesiser for two
// mini-batches: the present one, of which it has the synthesiser's input already, and the one
// before, whose target is still to come.
Memory memory_of(const Setup& setup, Rank module) {
  Memory memory = stage_memory(setup, false, module, 1);
  const Synthesiser synthesiser = synthesiser_of(setup, module);
  if (synthesiser.depth == 0) return memory;
  const Count parameters = synthesiser.parameters();
  const std::int64_t before = setup.training.iterations > 1 ? synthesiser.depth + 1 : 0;
  memory.parameters += parameters * setup.mlp.precision.parameters;
  memory.gradients += parameters * setup.mlp.precision.gradients;
  memory.versions += update_state_bytes(setup, parameters);
  memory.activations += Count{synthesiser.depth + before} * setup.global_batch * synthesiser.width *
                        setup.mlp.precision.activations;
  return memory;
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  const Parts parts = parts_of(setup);
  ClosedForm form =
      form_with_waits(setup, false, expression_of<double>(setup, parts), parts.further);
  count_synthesisers(form.flops, setup);
  form.memory = most_memory(setup, [&](int module) { return memory_of(setup, module); });
  return form;
}

}  // namespace lockstep::models::synthetic_gradients_plan
