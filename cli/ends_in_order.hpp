// How runs that go on at once have ended, told in the order of the runs.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "cli/finished_runs.hpp"
#include "cli/interrupt.hpp"

namespace lockstep::cli {

template <class End>
class EndsInOrder {
 public:
  // Runs that no longer count are forgotten by `finished`.
  explicit EndsInOrder(FinishedRuns& finished) : finished_(&finished) {}

  // So many runs begin.
  void begin(std::size_t runs) {
    ends_.assign(runs, std::nullopt);
    told_ = 0;
    over_ = false;
  }
  // Takes the end of a run and calls `tell(end)` for each whose predecessors have all been told. It
  // returns whether the runs after it count; if not, everything stops, as if they had been run one
  // by one. To be called by one thread at a time.
  template <class Tell>
  void add(std::size_t run, End end, Tell tell) {
    ends_[run] = std::move(end);
    for (; !over_ && told_ < ends_.size() && ends_[told_]; ++told_) {
      over_ = !tell(*ends_[told_]);
      if (!over_) continue;
      finished_->forget_from(told_ + 1);
      stop_everything();
    }
  }

 private:
  FinishedRuns* finished_;
  std::vector<std::optional<End>> ends_;
  std::size_t told_ = 0;
  bool over_ = false;
};

}  // namespace lockstep::cli
