// Synthetic gradients (decoupled neural interfaces): a module does not wait for the gradient of its
// output but predicts it from the output, goes back and updates at once.
//
// Each module but the last has a synthesiser, a small network of linear layers as wide as the
// module's output. In every iteration a module takes a mini-batch forward and sends it on, predicts
// its gradient, goes back with that, sends the gradient of its input to the module before, and
// updates. What comes back from above is the target that the synthesiser is trained on. It is
// itself computed from a prediction, and it comes about an iteration later, so that the module
// trains on the target of the mini-batch before and never waits for the present one: w_k <- w_k -
// learning_rate J^T M_k(h_k), and M_k by |M_k(h_k) - target|^2 / 2, a mean over samples, with the
// prediction as it was made. The last layer of a synthesiser is zero at first, so that a
// module begins to learn two mini-batches after the one above. Gradients are those by what enters
// the activation function between two modules. A layer of the synthesiser, with the network's
// activation after each but the last, costs what a layer of the model does: three products.
//
// Targets that are computed from predictions feed an error back from module to module, and plain
// SGD does not damp it: with six modules of digits it learns less than the last layer alone would,
// at any rates, or diverges, while the same synthesisers learn from true gradients. With Adam at a
// rate of 3e-4, which trains the synthesisers too, six modules have 81 % of held-out digits after
// 600 steps. The paper trains by Adam at 3e-5, with batch normalisation, for half a million steps.
// Jaderberg et al.: "Decoupled neural interfaces using synthetic gradients", ICML 2017,
// arXiv:1608.05343.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/stages/modules.hpp"
#include "models/parts/stages/stage_steps.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {
    modules_option,
    OptionSpec{.name = "synthesiser_depth",
               .type = OptionType::integer,
               .summary = "how many linear layers a synthesiser has; the paper has 1 to 3",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1000},
};

// The synthesiser for the gradient of a module's output.
struct Synthesiser {
  std::int64_t depth = 0;  // 0: the last module needs none
  std::int64_t layer = 0;  // of the model, whose output it is
  std::int64_t width = 0;

  [[nodiscard]] std::int64_t parameters() const { return depth * (width * width + width); }
};

Synthesiser synthesiser_of(const Setup& setup, Rank module) {
  if (module + 1 == setup.workers) return {};
  const LayerRange layers = layers_of_stage(setup.mlp, setup.workers, module);
  const std::int64_t last = layers.first + layers.count - 1;
  return {setup.options.integer("synthesiser_depth"), last, setup.mlp.shape(last).outputs};
}

Program predict(Worker& worker, Synthesiser synthesiser, std::int64_t batch) {
  const std::int64_t samples = worker.setup().global_batch;
  for (std::int64_t index = 0; index < synthesiser.depth; ++index)
    co_await worker.synthesise(ComputeKind::forward, synthesiser.layer, index, samples, batch);
}

// On the gradient that the module above has for a mini-batch.
Program train(Worker& worker, Synthesiser synthesiser, std::int64_t batch) {
  if (synthesiser.depth == 0) co_return;
  const std::int64_t samples = worker.setup().global_batch;
  const Message target = co_await worker.receive(worker.rank() + 1, static_cast<Tag>(batch));
  co_await worker.store(target);
  for (std::int64_t index = synthesiser.depth - 1; index >= 0; --index)
    for (const ComputeKind kind : {ComputeKind::backward_weight, ComputeKind::backward_input})
      co_await worker.synthesise(kind, synthesiser.layer, index, samples, batch);
  co_await worker.update({Buffer::synthesiser, 0, synthesiser.parameters()});
}

Program program(Worker& worker) {
  const std::int64_t batches = worker.setup().training.iterations;
  const Synthesiser synthesiser = synthesiser_of(worker.setup(), worker.rank());
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    co_await worker.begin_iteration();
    co_await stage_forward(worker, batch);
    co_await predict(worker, synthesiser, batch);
    co_await stage_backward_from_here(worker, batch);
    co_await stage_update(worker);
    if (batch > 0) co_await train(worker, synthesiser, batch - 1);
  }
  co_await train(worker, synthesiser, batches - 1);
}

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
    const std::vector<Step> passes = {steps.forward(module),
                                      {.span = nearest_seconds(modules[module].predict_s)},
                                      backward,
                                      steps.update(module)};
    std::vector<Step> both = passes;
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

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

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

ClosedForm closed_form(const Setup& setup) {
  const Parts parts = parts_of(setup);
  ClosedForm form =
      form_with_waits(setup, false, expression_of<double>(setup, parts), parts.further);
  count_synthesisers(form.flops, setup);
  form.memory = most_memory(setup, [&](int module) { return memory_of(setup, module); });
  return form;
}

}  // namespace

const RegisteredAlgorithm synthetic_gradients = Algorithm{
    .kind = "synthetic_gradients",
    .title = "Synthetic gradients",
    .summary =
        "Each module of layers predicts the gradient of its output with a small network of its "
        "own, and updates at once instead of waiting for the modules above. The true gradient "
        "comes later and trains the predictor.",
    .approximation =
        "gradients are predicted, so biased: not stale, but only as good as the synthesisers, "
        "which learn from gradients that are themselves computed from predictions",
    .when_to_use =
        "To study two or three decoupled modules: plain SGD hardly trains six of them, "
        "which take training.optimizer adam at a small rate; a synthesiser may cost as much as the "
        "layers.",
    .source = "Jaderberg et al., ICML 2017, arXiv:1608.05343",
    .family = Family::model_parallel,
    .options = options,
    .workers = module_workers,
    .servers = [](const Options&) { return 0; },
    .check = check_modules,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .unflushed = true,
    .samples_of_gradient = all_used_samples,
};

}  // namespace lockstep::models
