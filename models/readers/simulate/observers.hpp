// The observers that `simulate` knows, one for each thing that `Observers` can name.
#pragma once

#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/observer.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/simulate/run_log.hpp"
#include "models/readers/simulate/trace.hpp"

namespace lockstep::models {

// Keeps the numbers that a run carries beside its timing.
class NumbersObserver final : public Observer {
 public:
  explicit NumbersObserver(Numbers& numbers) : numbers_(&numbers) {}
  void message_filled(Message& message) override;
  void carried_out(Rank rank, const Operation& operation) override;

 private:
  Numbers* numbers_;
};

// Writes down every operation with its times.
class TraceObserver final : public Observer {
 public:
  explicit TraceObserver(Trace& trace) : trace_(&trace) {}
  void operation_ends(Rank rank, const Operation& operation, Picoseconds begin,
                      Picoseconds now) override;

 private:
  Trace* trace_;
};

// Fills a run log: what depended on time, and when iterations, updates and programs ended.
class LogObserver final : public Observer {
 public:
  LogObserver(RunLog& log, int ranks);
  void strand_created(Rank rank, std::int32_t strand, std::int32_t parent,
                      sim::ProcessIndex process) override;
  void strand_ends(Rank rank, std::int32_t strand, sim::ProcessIndex process,
                   Picoseconds now) override;
  void iteration_begins(Rank rank, Picoseconds now) override;
  void model_updated(Rank rank, Picoseconds now) override;
  void parameters_touched(Rank rank, std::int32_t strand) override;
  void received_from_any(Rank rank, Tag tag, Rank source) override;
  void product_left(Rank rank, double share) override;
  void probed(Rank rank, Tag tag, bool there) override;
  void shared_parameters_touched(Rank rank) override;

 private:
  [[nodiscard]] RankOrder& order_of(Rank rank) {
    return log_->order.ranks[static_cast<std::size_t>(rank)];
  }
  RunLog* log_;
};

// Records uses of devices, messages and begins of iterations for timelines.
class RecordingObserver final : public Observer {
 public:
  explicit RecordingObserver(Recording& recording) : recording_(&recording) {}
  void use_reserved(DeviceUse& use, Picoseconds now) override;
  void use_ends(const DeviceUse& use, Picoseconds now) override;
  void message_arrives(const MessageUse& message, Picoseconds now) override;
  void shared_access_ends(const MessageUse& message, Picoseconds now) override;
  void iteration_begins(Rank rank, Picoseconds now) override;

 private:
  Recording* recording_;
};

// Records the cause of each activity: an activity that ends sets off all that begin in the same
// event.
class CauseObserver final : public Observer {
 public:
  CauseObserver(Causes& causes, const Setup& setup);
  void strand_created(Rank rank, std::int32_t strand, std::int32_t parent,
                      sim::ProcessIndex process) override;
  void strand_begins(sim::ProcessIndex process) override;
  void strand_ends(Rank rank, std::int32_t strand, sim::ProcessIndex process,
                   Picoseconds now) override;
  void strand_joined(sim::ProcessIndex ended) override;
  void use_reserved(DeviceUse& use, Picoseconds now) override;
  void use_ends(const DeviceUse& use, Picoseconds now) override;
  void use_cut(const DeviceUse& use, Picoseconds now) override;
  void message_begins(MessageUse& message) override;
  void message_arrives(const MessageUse& message, Picoseconds now) override;
  void shared_access_begins(MessageUse& message) override;
  void shared_access_ends(const MessageUse& message, Picoseconds now) override;

 private:
  [[nodiscard]] ActivityIndex& cause_of_strand(sim::ProcessIndex process);

  Causes* causes_;
  const Setup* setup_;
  ActivityIndex cause_ = no_activity;      // the activity that ended in this event
  std::vector<ActivityIndex> last_uses_;   // by device, or by core where devices share them
  std::vector<ActivityIndex> last_folds_;  // by engine
  std::vector<ActivityIndex>
      of_strands_;  // by process: the activity that set it off, and then the one that it ended with
};

}  // namespace lockstep::models
