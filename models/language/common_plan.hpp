// What all ranks of a run know alike, such as the stages of a pipeline: the first rank that asks
// works it out for all ranks in its process, so that P ranks do not each work out P things.
#pragma once

#include <memory>
#include <mutex>

#include "models/language/setup.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

class CommonPlan {
 public:
  // Returns `plan_of(setup)`, which must depend on the setup alone. Whoever asks must ask for the
  // same plan. May be called from any thread; the plan lives as long as this object.
  template <class Plan>
  [[nodiscard]] const Plan& get(Plan (*plan_of)(const Setup&), const Setup& setup) {
    std::call_once(made_, [&] {
      plan_ = std::make_shared<const Plan>(plan_of(setup));
      maker_ = reinterpret_cast<void (*)()>(plan_of);
    });
    check(maker_ == reinterpret_cast<void (*)()>(plan_of), "a run has one plan");
    return *static_cast<const Plan*>(plan_.get());
  }

 private:
  std::once_flag made_;
  std::shared_ptr<const void> plan_;
  void (*maker_)() = nullptr;
};

}  // namespace lockstep::models
