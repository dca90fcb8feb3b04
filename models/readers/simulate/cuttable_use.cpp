// An operation that is cut short by a message: device, activity and FLOPs then hold what was done.
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

bool Simulation::CuttableUse::await_ready() const { return mailbox().holds(compute_->stop_tag); }

void Simulation::CuttableUse::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  const Count before = simulation_->flops_[compute_->kind];
  turn_ = simulation_->reserve_device(rank_, compute_->kind, *compute_);
  flops_ = simulation_->flops_[compute_->kind] - before;
  left_ = 0;
  activity_ = simulation_->note_use(rank_, static_cast<ActivityKind>(compute_->kind),
                                    compute_->layer, turn_);
  sim::Engine& engine = simulation_->engine_;
  end_ = engine.after(
      turn_.end - engine.now(),
      {[](void* self, std::uint64_t) { static_cast<CuttableUse*>(self)->handle_.resume(); }, this,
       0});
  watch_ = {compute_->stop_tag, this, [](void* self) { static_cast<CuttableUse*>(self)->cut(); }};
  mailbox().watch(&watch_);
}

void Simulation::CuttableUse::await_resume() const {
  mailbox().watch(nullptr);
  const Picoseconds now = simulation_->engine_.now();
  if (simulation_->recording_ != nullptr && left_ < 1 && now > turn_.begin)
    simulation_->recording_->device_used(rank_, *compute_, turn_.begin, now);
  if (left_ == 0.0) simulation_->cause_ = activity_;  // cut short: what arrived is the cause
  simulation_->note_left(rank_, left_);
}

void Simulation::CuttableUse::cut() {
  sim::Engine& engine = simulation_->engine_;
  if (!engine.cancel(end_)) return;  // it ends in this very instant
  Host& host = simulation_->host_of(rank_);
  host.device.cut(turn_);
  if (simulation_->cores_)
    simulation_->cores_->cut(static_cast<std::size_t>(simulation_->setup_->host_of(rank_)),
                             turn_.end, std::max(turn_.begin, engine.now()));
  host.activity.device_use_cut(turn_, engine.now());
  const Picoseconds left = turn_.end - std::max(turn_.begin, engine.now());
  left_ = left.seconds() / (turn_.end - turn_.begin).seconds();
  if (simulation_->causes_ != nullptr) simulation_->causes_->cut(activity_, engine.now());
  simulation_->flops_[compute_->kind] -= static_cast<Count>(left_ * to_double(flops_));
  handle_.resume();
}

}  // namespace lockstep::models
