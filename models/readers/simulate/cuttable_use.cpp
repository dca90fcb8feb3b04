// An operation that is cut short by a message: device, activity and FLOPs then hold what was done.
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

bool Simulation::CuttableUse::await_ready() const { return mailbox().holds(compute_->stop_tag); }

void Simulation::CuttableUse::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  const Count before = simulation_->flops_[compute_->kind];
  use_.turn = simulation_->reserve_device(use_.rank, compute_->kind, *use_.operation);
  flops_ = simulation_->flops_[compute_->kind] - before;
  left_ = 0;
  sim::Engine& engine = simulation_->engine_;
  simulation_->tell(&Observer::use_reserved, use_, engine.now());
  end_ = engine.after(
      use_.turn.end - engine.now(),
      {[](void* self, std::uint64_t) { static_cast<CuttableUse*>(self)->handle_.resume(); }, this,
       0});
  watch_ = {compute_->stop_tag, this, [](void* self) { static_cast<CuttableUse*>(self)->cut(); }};
  mailbox().watch(&watch_);
}

void Simulation::CuttableUse::await_resume() const {
  mailbox().watch(nullptr);
  const bool was_begun = handle_ != nullptr;
  if (was_begun) simulation_->tell(&Observer::use_ends, use_, simulation_->engine_.now());
  simulation_->tell(&Observer::product_left, use_.rank, left_);
}

void Simulation::CuttableUse::cut() {
  sim::Engine& engine = simulation_->engine_;
  if (!engine.cancel(end_)) return;  // it ends in this very instant
  const sim::Device::Turn& turn = use_.turn;
  Host& host = simulation_->host_of(use_.rank);
  host.device.cut(turn);
  if (simulation_->cores_)
    simulation_->cores_->cut(static_cast<std::size_t>(simulation_->setup_->host_of(use_.rank)),
                             turn.end, std::max(turn.begin, engine.now()));
  host.activity.device_use_cut(turn, engine.now());
  const Picoseconds left = turn.end - std::max(turn.begin, engine.now());
  left_ = left.seconds() / (turn.end - turn.begin).seconds();
  simulation_->tell(&Observer::use_cut, use_, engine.now());
  simulation_->flops_[compute_->kind] -= static_cast<Count>(left_ * to_double(flops_));
  handle_.resume();
}

}  // namespace lockstep::models
