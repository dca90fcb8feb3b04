#include "models/cost/certain_time.hpp"

namespace lockstep::models {

double work_s(const Setup& setup, const ClosedForm& form) {
  const bool random = setup.cluster.slowdown && setup.cluster.slowdown->random();
  if (!form.counts_exact || random || !setup.measured.empty()) return 0;
  double flops_per_s = 0;
  for (Rank worker = 0; worker < setup.workers; ++worker) {
    const DeviceSpec& device = setup.device_of(worker);
    if (device.measured != nullptr) return 0;
    flops_per_s += device.flops_per_s * device.efficiency / device.slowdown;
  }
  Count flops = 0;
  for (const ComputeKind kind :
       {ComputeKind::forward, ComputeKind::backward_weight, ComputeKind::backward_input})
    flops += form.flops[kind];
  return flops_per_s > 0 ? to_double(flops) / flops_per_s : 0;
}

CertainTime certain_time(const Setup& setup, const ClosedForm& form) {
  CertainTime certain = {work_s(setup, form), Certainty::work};
  if (certain.seconds <= 0) certain.from = Certainty::none;
  const bool is_bound = form.claim == TimeClaim::exact || form.claim == TimeClaim::lower_bound;
  if (is_bound && form.makespan.seconds() >= certain.seconds)
    certain = {form.makespan.seconds(),
               form.claim == TimeClaim::exact ? Certainty::exact : Certainty::lower_bound};
  certain.seconds *= certain_share;
  return certain;
}

}  // namespace lockstep::models
