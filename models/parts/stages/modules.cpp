#include "models/parts/stages/modules.hpp"

#include <algorithm>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/parts/stages/whole_batches.hpp"

namespace lockstep::models {

Program modules_program(Worker& worker, Modules plan) {
  const std::int64_t batches = worker.setup().training.iterations;
  const std::int64_t delay = Modules::delay(worker.workers(), worker.rank());
  OwnUpdates updates;
  for (std::int64_t step = 0; step < batches + delay; ++step) {
    if (step < batches) {
      co_await worker.begin_iteration();
      co_await stage_forward(worker, step);
      updates.went_forward();
      co_await worker.barrier();
    } else {  // nothing is to be done until the first one comes back
      step = std::max(step, delay);
    }
    if (step >= delay) {
      const Weights weights{.version = plan.replay ? current_version : updates.version()};
      co_await stage_backward(worker, step - delay, plan.replay && delay > 0, weights);
      co_await stage_update(worker, updates.staleness());
    }
    if (step + 1 < batches) co_await worker.barrier();
  }
}

namespace {

std::vector<StageTimes> module_times(const Setup& setup, Modules plan) {
  std::vector<StageTimes> modules = stage_times(setup, plan.replay);
  // `stage_times` adds a forward pass to every backward pass, but the last module replays nothing.
  if (plan.replay) modules.back().backward_s -= modules.back().forward_s;
  return modules;
}

double step_s(const StageTimes& module) { return module.backward_s + module.update_s; }

struct Parts {
  double forward_s = 0;  // of one mini-batch through all modules
  double slowest_s = 0;  // module, going back and updating
  double ends_s = 0;     // by which first and last steps and the drain take longer than that
};

// From the last barrier on, where every module goes on as soon as its next gradient arrives.
double drain_s(const std::vector<StageTimes>& modules, std::int64_t batches) {
  const auto count = static_cast<int>(modules.size());
  std::vector<double> sent_s(modules.size(), 0);  // when a module sent its last gradient
  std::vector<double> end_s(modules.size(), 0);
  double last_s = 0;
  for (std::int64_t step = batches - 1; step < batches + count - 1; ++step) {
    // Those whose mini-batch of this step is one of the run's.
    const std::int64_t first = std::max<std::int64_t>(0, count - 1 - step);
    const std::int64_t end = std::min<std::int64_t>(count, count - 1 - step + batches);
    for (std::int64_t module = first; module < end; ++module) {
      const auto index = static_cast<std::size_t>(module);
      const StageTimes& mine = modules[index];
      const double arrival_s = step < batches ? 0 : sent_s[index + 1] + mine.back_hop_s;
      sent_s[index] = std::max(end_s[index], arrival_s) + mine.backward_s;
      end_s[index] = sent_s[index] + mine.update_s;
      last_s = std::max(last_s, end_s[index]);
    }
  }
  return last_s;
}

Parts parts_of(const Setup& setup, Modules plan) {
  const std::vector<StageTimes> modules = module_times(setup, plan);
  const std::int64_t batches = setup.training.iterations;
  Parts parts;
  std::int64_t others = batches - 1;  // steps but the last with a forward pass
  for (std::size_t module = modules.size(); module-- > 0;) {
    parts.forward_s += modules[module].forward_s + modules[module].hop_s;
    parts.slowest_s = std::max(parts.slowest_s, step_s(modules[module]));
    if (module == 0 || others == 0) continue;
    --others;  // one of the first steps: modules before this one have nothing to go back with
    parts.ends_s += parts.slowest_s;
  }
  if (modules.size() > 1)
    parts.ends_s +=
        static_cast<double>(others - batches) * parts.slowest_s + drain_s(modules, batches);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all = T::number("iterations", static_cast<double>(setup.training.iterations)) *
                   (T::seconds("t_forward", parts.forward_s) +
                    T::seconds("t_slowest_backward", parts.slowest_s));
  return parts.ends_s > 0 ? all + T::seconds("t_ends", parts.ends_s) : all;
}

// There and back.
double slowest_hops_s(const std::vector<StageTimes>& modules) {
  double slowest_s = 0;
  for (const StageTimes& mine : modules)
    slowest_s = std::max(slowest_s, mine.hop_s + mine.back_hop_s);
  return slowest_s;
}

// Gradients are there when they are wanted, and gone from the links when activations come.
bool gradients_in_time(const Setup& setup, const Parts& parts,
                       const std::vector<StageTimes>& modules) {
  if (!stages_do_not_contend(setup, false)) return false;
  const bool both_ways = stages_do_not_contend(setup, true);
  for (std::size_t module = 0; module + 1 < modules.size(); ++module) {
    const StageTimes& mine = modules[module];
    const StageTimes& sender = modules[module + 1];
    const double free_s = both_ways ? parts.forward_s : modules.front().forward_s;
    if (mine.back_hop_s > sender.update_s + free_s || mine.back_transfer_s > step_s(sender))
      return false;
  }
  return true;
}

Count replayed_flops(const Setup& setup) {
  const LayerRange last = layers_of_stage(setup.mlp, setup.workers, setup.workers - 1);
  return 2 * Count{setup.training.iterations} * setup.global_batch *
         setup.mlp.weights({0, last.first});
}

}  // namespace

Formula modules_formula(const Setup& setup, Modules plan) {
  return expression_of<Formula>(setup, parts_of(setup, plan));
}

ClosedForm modules_closed_form(const Setup& setup, Modules plan) {
  ClosedForm form;
  count_pipeline(form, setup, false);
  if (plan.replay) form.flops[ComputeKind::forward] += replayed_flops(setup);
  const Parts parts = parts_of(setup, plan);
  form.makespan = nearest_seconds(expression_of<double>(setup, parts));
  const std::vector<StageTimes> modules = module_times(setup, plan);
  if (!gradients_in_time(setup, parts, modules)) {
    form.claim = TimeClaim::lower_bound;
    form.leaves_out = "messages that meet on a link, or come late";
    note_rough(form,
               form.makespan.seconds() +
                   static_cast<double>(setup.training.iterations) * slowest_hops_s(modules),
               "messages may come late in every step");
  }
  form.memory = most_memory(setup, [&](int module) {
    const std::int64_t kept =
        std::min(Modules::delay(setup.workers, module) + 1, setup.training.iterations);
    Memory mine = stage_memory(setup, plan.replay, module, kept);
    if (!plan.replay) mine.versions += (kept - 1) * mine.parameters;
    return mine;
  });
  form.staleness =
      staleness_of_stages(setup, [&](int module) { return Modules::delay(setup.workers, module); });
  return form;
}

void check_modules(const Setup& setup, Faults& faults) {
  check_stages(setup, faults, modules_option);
}

int module_workers(const Options& options, int hosts) {
  const std::int64_t asked = options[modules_option];
  return asked == 0 ? hosts : static_cast<int>(asked);
}

}  // namespace lockstep::models
